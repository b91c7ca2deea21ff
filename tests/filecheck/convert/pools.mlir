// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Pools; a global pool is a reduction.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%x: tensor<1x4x7x7xf32>, %line: tensor<1x4x7xf32>) {
    // CHECK:      %max = drp.max_pool %x {drp.nodes = ["n"], kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : tensor<1x4x7x7xf32> -> tensor<1x4x4x4xf32>
    %max = onnx.MaxPool(%x) {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, drp.nodes = ["n"]} : (tensor<1x4x7x7xf32>) -> tensor<1x4x4x4xf32>
    // CHECK:      %overhang = drp.max_pool %x {drp.nodes = ["n"], kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x4x7x7xf32> -> tensor<1x4x4x4xf32>
    %overhang = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, ceil_mode = 1 : i64, drp.nodes = ["n"]} : (tensor<1x4x7x7xf32>) -> tensor<1x4x4x4xf32>
    // CHECK:      %same = drp.max_pool %x {drp.nodes = ["n"], kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>} : tensor<1x4x7x7xf32> -> tensor<1x4x4x4xf32>
    %same = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, auto_pad = "SAME_UPPER", drp.nodes = ["n"]} : (tensor<1x4x7x7xf32>) -> tensor<1x4x4x4xf32>
    // CHECK:      %mean = drp.average_pool %x {drp.nodes = ["n"], kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = true} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
    %mean = onnx.AveragePool(%x) {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = 1 : i64, drp.nodes = ["n"]} : (tensor<1x4x7x7xf32>) -> tensor<1x4x7x7xf32>
    // CHECK:      %0 = drp.reshape %line {drp.nodes = ["n"]} : tensor<1x4x7xf32> -> tensor<1x4x1x7xf32>
    // CHECK-NEXT: %1 = drp.average_pool %0 {drp.nodes = ["n"], kernel = array<i64: 1, 3>} : tensor<1x4x1x7xf32> -> tensor<1x4x1x5xf32>
    // CHECK-NEXT: %one_axis = drp.reshape %1 {drp.nodes = ["n"]} : tensor<1x4x1x5xf32> -> tensor<1x4x5xf32>
    %one_axis = onnx.AveragePool(%line) {kernel_shape = array<i64: 3>, drp.nodes = ["n"]} : (tensor<1x4x7xf32>) -> tensor<1x4x5xf32>
    // CHECK:      %global_mean = drp.reduce %x {drp.nodes = ["n"], kind = #drp<reduce_kind mean>, axes = array<i64: 2, 3>} : tensor<1x4x7x7xf32> -> tensor<1x4x1x1xf32>
    %global_mean = onnx.GlobalAveragePool(%x) {drp.nodes = ["n"]} : (tensor<1x4x7x7xf32>) -> tensor<1x4x1x1xf32>
    // CHECK:      %global_max = drp.reduce %x {drp.nodes = ["n"], kind = #drp<reduce_kind max>, axes = array<i64: 2, 3>} : tensor<1x4x7x7xf32> -> tensor<1x4x1x1xf32>
    %global_max = onnx.GlobalMaxPool(%x) {drp.nodes = ["n"]} : (tensor<1x4x7x7xf32>) -> tensor<1x4x1x1xf32>
    // CHECK:      %global_norm = drp.reduce %x {drp.nodes = ["n"], kind = #drp<reduce_kind l2>, axes = array<i64: 2, 3>} : tensor<1x4x7x7xf32> -> tensor<1x4x1x1xf32>
    %global_norm = onnx.GlobalLpPool(%x) {drp.nodes = ["n"]} : (tensor<1x4x7x7xf32>) -> tensor<1x4x1x1xf32>
    func.return
  }
}
