// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Operators that the accelerator has no job for.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 18 : i64}} {
  func.func @main(%x: tensor<3x3xf32>, %q: tensor<1x1x3x3xi8>, %i: tensor<3x1xi64>, %t: tensor<3x!onnx.string>, %yes: tensor<i1>) {
    %c_two = drp.constant #drp.tensor<[2] : tensor<1xi64>>
    %c_kernel = drp.constant #drp.tensor<[1] : tensor<1x1x1x1xi8>>
    // CHECK:      %known_job = onnx.Det(%x) {drp.nodes = ["n"]} : (tensor<3x3xf32>) -> tensor<f32>
    %known_job = onnx.Det(%x) {drp.nodes = ["n"]} : (tensor<3x3xf32>) -> tensor<f32>
    // CHECK:      %known_extent = onnx.GatherND(%x, %i) {drp.nodes = ["n"]} : (tensor<3x3xf32>, tensor<3x1xi64>) -> tensor<3x3xf32>
    %known_extent = onnx.GatherND(%x, %i) {drp.nodes = ["n"]} : (tensor<3x3xf32>, tensor<3x1xi64>) -> tensor<3x3xf32>
    // CHECK:      %float_operators = onnx.ConvInteger(%q, %c_kernel) {drp.nodes = ["n"]} : (tensor<1x1x3x3xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x3x3xi32>
    %float_operators = onnx.ConvInteger(%q, %c_kernel) {drp.nodes = ["n"]} : (tensor<1x1x3x3xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x3x3xi32>
    // CHECK:      %no_randomness = onnx.RandomNormalLike(%x) {drp.nodes = ["n"]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %no_randomness = onnx.RandomNormalLike(%x) {drp.nodes = ["n"]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
    // CHECK:      %tensors_of_numbers = onnx.StringNormalizer(%t) {drp.nodes = ["n"]} : (tensor<3x!onnx.string>) -> tensor<3x!onnx.string>
    %tensors_of_numbers = onnx.StringNormalizer(%t) {drp.nodes = ["n"]} : (tensor<3x!onnx.string>) -> tensor<3x!onnx.string>
    // CHECK:      %standard_domain = onnx.Custom(%x) {onnx.domain = "com.microsoft", onnx.op_type = "Gelu", drp.nodes = ["n"]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %standard_domain = onnx.Custom(%x) {onnx.domain = "com.microsoft", onnx.op_type = "Gelu", drp.nodes = ["n"]} : (tensor<3x3xf32>) -> tensor<3x3xf32>
    func.return
  }
}
