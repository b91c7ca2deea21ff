// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Normalisations; the constants of a batch normalisation are folded.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%x: tensor<1x2x3xf32>) {
    %w_scale = drp.constant #drp.tensor<[2.0, 3.0] : tensor<2xf32>>
    %w_shift = drp.constant #drp.tensor<[1.0, 0.0] : tensor<2xf32>>
    %w_mean = drp.constant #drp.tensor<[0.5, 4.0] : tensor<2xf32>>
    %w_var = drp.constant #drp.tensor<[3.0, 8.0] : tensor<2xf32>>
    %w_gain = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<3xf32>>
    // CHECK:      %0 = drp.constant #drp.tensor<[1.0, 1.0] : tensor<2xf32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %1 = drp.constant #drp.tensor<[0.5, -4.0] : tensor<2xf32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %batch = drp.scale_shift %x, %0, %1 {drp.nodes = ["n"]} : tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<1x2x3xf32>
    %batch = onnx.BatchNormalization(%x, %w_scale, %w_shift, %w_mean, %w_var) {epsilon = 1.0 : f32, drp.nodes = ["n"]} : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
    // CHECK:      %instance = drp.group_norm %x scale %w_scale : tensor<2xf32> shift %w_shift : tensor<2xf32> {drp.nodes = ["n"], groups = 2 : i64, epsilon = 9.9999997473787516e-06 : f64} : tensor<1x2x3xf32> -> tensor<1x2x3xf32>
    %instance = onnx.InstanceNormalization(%x, %w_scale, %w_shift) {drp.nodes = ["n"]} : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
    // CHECK:      %layer = drp.layer_norm %x scale %w_gain : tensor<3xf32> {drp.nodes = ["n"], axis = 2 : i64, epsilon = 9.9999997473787516e-06 : f64} : tensor<1x2x3xf32> -> tensor<1x2x3xf32>
    %layer = onnx.LayerNormalization(%x, %w_gain) {drp.nodes = ["n"]} : (tensor<1x2x3xf32>, tensor<3xf32>) -> tensor<1x2x3xf32>
    // CHECK:      %2 = drp.reduce %x {drp.nodes = ["n"], kind = #drp<reduce_kind mean>, axes = array<i64: 0, 2>} : tensor<1x2x3xf32> -> tensor<1x2x1xf32>
    // CHECK-NEXT: %3 = drp.sub %x, %2 {drp.nodes = ["n"]} : tensor<1x2x3xf32>, tensor<1x2x1xf32> -> tensor<1x2x3xf32>
    // CHECK-NEXT: %4 = drp.mul %3, %3 {drp.nodes = ["n"]} : tensor<1x2x3xf32>, tensor<1x2x3xf32> -> tensor<1x2x3xf32>
    // CHECK-NEXT: %5 = drp.reduce %4 {drp.nodes = ["n"], kind = #drp<reduce_kind mean>, axes = array<i64: 0, 2>} : tensor<1x2x3xf32> -> tensor<1x2x1xf32>
    // CHECK-NEXT: %6 = drp.apply %5 {drp.nodes = ["n"], function = #drp.function<sqrt>} : tensor<1x2x1xf32> -> tensor<1x2x1xf32>
    // CHECK-NEXT: %7 = drp.constant #drp.tensor<[1.0e-09] : tensor<f32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %8 = drp.add %6, %7 {drp.nodes = ["n"]} : tensor<1x2x1xf32>, tensor<f32> -> tensor<1x2x1xf32>
    // CHECK-NEXT: %mvn = drp.div %3, %8 {drp.nodes = ["n"]} : tensor<1x2x3xf32>, tensor<1x2x1xf32> -> tensor<1x2x3xf32>
    %mvn = onnx.MeanVarianceNormalization(%x) {axes = array<i64: 0, 2>, drp.nodes = ["n"]} : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
    // CHECK:      %lrn = drp.local_response_norm %x {drp.nodes = ["n"], size = 3 : i64, alpha = 9.9999997473787516e-05 : f64, beta = 7.500000e-01 : f64, bias = 1.000000e+00 : f64} : tensor<1x2x3xf32> -> tensor<1x2x3xf32>
    %lrn = onnx.LRN(%x) {size = 3 : i64, drp.nodes = ["n"]} : (tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 23 : i64}} {
  func.func @main(%x: tensor<1x2x3xf32>) {
    %w_one = drp.constant #drp.tensor<[2.0] : tensor<1xf32>>
    %w_scale = drp.constant #drp.tensor<[2.0, 3.0] : tensor<2xf32>>
    %w_gain = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<3xf32>>
    // CHECK:      %group = drp.group_norm %x scale %w_scale : tensor<2xf32> shift %w_scale : tensor<2xf32> {drp.nodes = ["n"], groups = 1 : i64, epsilon = 9.9999997473787516e-06 : f64} : tensor<1x2x3xf32> -> tensor<1x2x3xf32>
    %group = onnx.GroupNormalization(%x, %w_scale, %w_scale) {num_groups = 1 : i64, drp.nodes = ["n"]} : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
    // CHECK:      %rms = drp.rms_norm %x scale %w_gain : tensor<3xf32> {drp.nodes = ["n"], axis = 2 : i64, epsilon = 9.9999997473787516e-06 : f64} : tensor<1x2x3xf32> -> tensor<1x2x3xf32>
    %rms = onnx.RMSNormalization(%x, %w_gain) {drp.nodes = ["n"]} : (tensor<1x2x3xf32>, tensor<3xf32>) -> tensor<1x2x3xf32>
    func.return
  }
}
