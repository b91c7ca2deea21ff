// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Matrix products; factors and transpositions go into constants.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>, %c: tensor<2x4xf32>, %v: tensor<3xf32>) {
    %w = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<3x4xf32>>
    %w_transposed = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4x3xf32>>
    %w_bias = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4xf32>>
    %w_small = drp.constant #drp.tensor<[1.0, 2.0] : tensor<1x2xf32>>
    // CHECK:      %computed = drp.matmul %a, %b {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
    %computed = onnx.MatMul(%a, %b) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
    // CHECK:      %0 = drp.reshape %v {drp.nodes = ["n"]} : tensor<3xf32> -> tensor<1x3xf32>
    // CHECK-NEXT: %1 = drp.matmul %0, %w {drp.nodes = ["n"]} : tensor<1x3xf32>, tensor<3x4xf32> -> tensor<1x4xf32>
    // CHECK-NEXT: %vector = drp.reshape %1 {drp.nodes = ["n"]} : tensor<1x4xf32> -> tensor<4xf32>
    %vector = onnx.MatMul(%v, %w) {drp.nodes = ["n"]} : (tensor<3xf32>, tensor<3x4xf32>) -> tensor<4xf32>
    // CHECK:      %2 = drp.transpose %w_transposed {drp.nodes = ["n"], permutation = array<i64: 1, 0>} : tensor<4x3xf32> -> tensor<3x4xf32>
    // CHECK-NEXT: %gemm = drp.matmul %a, %2 bias %w_bias : tensor<4xf32> {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
    %gemm = onnx.Gemm(%a, %w_transposed, %w_bias) {transB = 1 : i64, drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    // CHECK:      %3 = drp.matmul %a, %w {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
    // CHECK-NEXT: %matrix_added = drp.add %3, %c {drp.nodes = ["n"]} : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<2x4xf32>
    %matrix_added = onnx.Gemm(%a, %w, %c) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<3x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    // CHECK:      %4 = drp.transpose %b {drp.nodes = ["n"], permutation = array<i64: 1, 0>} : tensor<3x4xf32> -> tensor<4x3xf32>
    // CHECK-NEXT: %5 = drp.transpose %a {drp.nodes = ["n"], permutation = array<i64: 1, 0>} : tensor<2x3xf32> -> tensor<3x2xf32>
    // CHECK-NEXT: %6 = drp.constant #drp.tensor<[0.5] : tensor<f32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %7 = drp.mul %5, %6 {drp.nodes = ["n"]} : tensor<3x2xf32>, tensor<f32> -> tensor<3x2xf32>
    // CHECK-NEXT: %8 = drp.constant #drp.tensor<[2.0, 4.0] : tensor<1x2xf32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %9 = drp.constant #drp.tensor<[2.0, 4.0] : tensor<2xf32>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %all = drp.matmul %4, %7 bias %9 : tensor<2xf32> {drp.nodes = ["n"]} : tensor<4x3xf32>, tensor<3x2xf32> -> tensor<4x2xf32>
    %all = onnx.Gemm(%b, %a, %w_small) {transA = 1 : i64, transB = 1 : i64, alpha = 0.5 : f32, beta = 2.0 : f32, drp.nodes = ["n"]} : (tensor<3x4xf32>, tensor<2x3xf32>, tensor<1x2xf32>) -> tensor<4x2xf32>
    func.return
  }
}
