// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Quantised numbers; a zero point left out is 0.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 21 : i64}} {
  func.func @main(%x: tensor<2x3xf32>, %q: tensor<2x3xi8>) {
    %scale = drp.constant #drp.tensor<[0.5] : tensor<f32>>
    %scales = drp.constant #drp.tensor<[0.5, 0.25, 0.125] : tensor<3xf32>>
    %zero = drp.constant #drp.tensor<[3] : tensor<i8>>
    // CHECK:      %quantized = drp.quantize %x, %scale, %zero {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<f32>, tensor<i8> -> tensor<2x3xi8>
    %quantized = onnx.QuantizeLinear(%x, %scale, %zero) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<f32>, tensor<i8>) -> tensor<2x3xi8>
    // CHECK:      %0 = drp.constant #drp.tensor<[0] : tensor<ui8>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %unsigned = drp.quantize %x, %scale, %0 {drp.nodes = ["n"]} : tensor<2x3xf32>, tensor<f32>, tensor<ui8> -> tensor<2x3xui8>
    %unsigned = onnx.QuantizeLinear(%x, %scale) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xui8>
    // CHECK:      %1 = drp.constant #drp.tensor<[0, 0, 0] : tensor<3xi8>> {drp.nodes = ["n"]}
    // CHECK-NEXT: %per_axis = drp.dequantize %q, %scales, %1 {drp.nodes = ["n"], axis = 1 : i64} : tensor<2x3xi8>, tensor<3xf32>, tensor<3xi8> -> tensor<2x3xf32>
    %per_axis = onnx.DequantizeLinear(%q, %scales) {axis = -1 : i64, drp.nodes = ["n"]} : (tensor<2x3xi8>, tensor<3xf32>) -> tensor<2x3xf32>
    func.return
  }
}
