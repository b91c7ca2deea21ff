// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Two operands and more; comparisons, logic, choices, casts.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%x: tensor<2x3xf32>, %y: tensor<3xf32>, %m: tensor<2x3xi1>, %u: tensor<2x3xui8>) {
    %two = drp.constant #drp.tensor<[2] : tensor<i64>>
    // CHECK:      %add = drp.add %x, %y {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
    %add = onnx.Add(%x, %y) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    // CHECK:      %0 = drp.add %x, %y {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
    // CHECK-NEXT: %sum = drp.add %0, %x {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
    %sum = onnx.Sum(%x, %y, %x) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %1 = drp.add %x, %y {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
    // CHECK-NEXT: %2 = drp.constant #drp.tensor<[2.0] : tensor<f32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %mean = drp.div %1, %2 {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xf32>
    %mean = onnx.Mean(%x, %y) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    // CHECK:      %3 = drp.constant #drp.tensor<[2.0] : tensor<f32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %square = drp.pow %x, %3 {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xf32>
    %square = onnx.Pow(%x, %two) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<i64>) -> tensor<2x3xf32>
    // CHECK:      %mod = drp.mod %x, %y {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
    %mod = onnx.Mod(%x, %y) {fmod = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    // CHECK:      %prelu = drp.prelu %x, %y {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
    %prelu = onnx.PRelu(%x, %y) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    // CHECK:      %less = drp.compare %x, %y {drp.nodes = ["n"], predicate = #drp<predicate less>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
    %less = onnx.Less(%x, %y) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
    // CHECK:      %and = drp.logical %m, %less {drp.nodes = ["n"], kind = #drp<logical_kind and>} : tensor<2x3xi1>, tensor<2x3xi1> -> tensor<2x3xi1>
    %and = onnx.And(%m, %less) {drp.nodes = ["n"]} : (tensor<2x3xi1>, tensor<2x3xi1>) -> tensor<2x3xi1>
    // CHECK:      %not = drp.not %m {drp.nodes = ["n"]} : tensor<2x3xi1> -> tensor<2x3xi1>
    %not = onnx.Not(%m) {drp.nodes = ["n"]} : (tensor<2x3xi1>) -> tensor<2x3xi1>
    // CHECK:      %nan = drp.is_nan %x {drp.nodes = ["n"]} : tensor<2x3xf32> -> tensor<2x3xi1>
    %nan = onnx.IsNaN(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xi1>
    // CHECK:      %4 = drp.apply %x {drp.nodes = ["n"], function = #drp.function<abs>} : tensor<2x3xf32> -> tensor<2x3xf32>
    // CHECK-NEXT: %5 = drp.constant #drp.tensor<[0x7f800000] : tensor<f32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %infinite = drp.compare %4, %5 {drp.nodes = ["n"], predicate = #drp<predicate equal>} : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xi1>
    %infinite = onnx.IsInf(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xi1>
    // CHECK:      %where = drp.select %m, %x, %y {drp.nodes = ["n"]} : tensor<2x3xi1>, tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
    %where = onnx.Where(%m, %x, %y) {drp.nodes = ["n"]} : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    // CHECK:      %cast = drp.cast %u {drp.nodes = ["n"]} : tensor<2x3xui8> -> tensor<2x3xf32>
    %cast = onnx.Cast(%u) {to = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3xui8>) -> tensor<2x3xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 6 : i64}} {
  func.func @main(%x: tensor<2x3x4xf32>, %y: tensor<3xf32>) {
    // CHECK:      %0 = drp.reshape %y {drp.nodes = ["n"]} : tensor<3xf32> -> tensor<3x1xf32>
    // CHECK-NEXT: %legacy_add = drp.add %x, %0 {drp.nodes = ["n"]} : tensor<2x3x4xf32>, tensor<3x1xf32> -> tensor<2x3x4xf32>
    %legacy_add = onnx.Add(%x, %y) {broadcast = 1 : i64, axis = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
    // CHECK:      %1 = drp.reshape %y {drp.nodes = ["n"]} : tensor<3xf32> -> tensor<3x1xf32>
    // CHECK-NEXT: %legacy_prelu = drp.prelu %x, %1 {drp.nodes = ["n"]} : tensor<2x3x4xf32>, tensor<3x1xf32> -> tensor<2x3x4xf32>
    %legacy_prelu = onnx.PRelu(%x, %y) {drp.nodes = ["n"]} : (tensor<2x3x4xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
    func.return
  }
}
