// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Convolutions, on one and two axes, with every way to give the padding.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%x: tensor<1x4x8x8xf32>, %line: tensor<1x4x8xf32>) {
    %w = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4x4x3x3xf32>>
    %w_depthwise = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4x1x3x3xf32>>
    %w_line = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4x4x3xf32>>
    %w_bias = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4xf32>>
    // CHECK:      %conv = drp.conv %x, %w bias %w_bias : tensor<4xf32> {drp.nodes = ["n"], strides = array<i64: 2, 1>, pads = array<i64: 1, 0, 1, 2>} : tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32> -> tensor<1x4x4x8xf32>
    %conv = onnx.Conv(%x, %w, %w_bias) {strides = array<i64: 2, 1>, pads = array<i64: 1, 0, 1, 2>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>, tensor<4xf32>) -> tensor<1x4x4x8xf32>
    // CHECK:      %depthwise = drp.conv %x, %w_depthwise {drp.nodes = ["n"], dilations = array<i64: 2, 2>, groups = 4 : i64} : tensor<1x4x8x8xf32>, tensor<4x1x3x3xf32> -> tensor<1x4x4x4xf32>
    %depthwise = onnx.Conv(%x, %w_depthwise) {group = 4 : i64, dilations = array<i64: 2, 2>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x1x3x3xf32>) -> tensor<1x4x4x4xf32>
    // CHECK:      %same_upper = drp.conv %x, %w {drp.nodes = ["n"], strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>} : tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32> -> tensor<1x4x4x4xf32>
    %same_upper = onnx.Conv(%x, %w) {auto_pad = "SAME_UPPER", strides = array<i64: 2, 2>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x4x4xf32>
    // CHECK:      %same_lower = drp.conv %x, %w {drp.nodes = ["n"], strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>} : tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32> -> tensor<1x4x4x4xf32>
    %same_lower = onnx.Conv(%x, %w) {auto_pad = "SAME_LOWER", strides = array<i64: 2, 2>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x4x4xf32>
    // CHECK:      %valid = drp.conv %x, %w {drp.nodes = ["n"]} : tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32> -> tensor<1x4x6x6xf32>
    %valid = onnx.Conv(%x, %w) {auto_pad = "VALID", drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
    // CHECK:      %0 = drp.reshape %line {drp.nodes = ["n"]} : tensor<1x4x8xf32> -> tensor<1x4x1x8xf32>
    // CHECK-NEXT: %1 = drp.reshape %w_line {drp.nodes = ["n"]} : tensor<4x4x3xf32> -> tensor<4x4x1x3xf32>
    // CHECK-NEXT: %2 = drp.conv %0, %1 {drp.nodes = ["n"], strides = array<i64: 1, 2>, pads = array<i64: 0, 1, 0, 2>} : tensor<1x4x1x8xf32>, tensor<4x4x1x3xf32> -> tensor<1x4x1x5xf32>
    // CHECK-NEXT: %one_axis = drp.reshape %2 {drp.nodes = ["n"]} : tensor<1x4x1x5xf32> -> tensor<1x4x5xf32>
    %one_axis = onnx.Conv(%line, %w_line) {pads = array<i64: 1, 2>, strides = array<i64: 2>, drp.nodes = ["n"]} : (tensor<1x4x8xf32>, tensor<4x4x3xf32>) -> tensor<1x4x5xf32>
    // CHECK:      %transposed = drp.conv_transpose %x, %w bias %w_bias : tensor<4xf32> {drp.nodes = ["n"], strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, output_padding = array<i64: 1, 0>} : tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32> -> tensor<1x4x16x15xf32>
    %transposed = onnx.ConvTranspose(%x, %w, %w_bias) {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, output_padding = array<i64: 1, 0>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>, tensor<4xf32>) -> tensor<1x4x16x15xf32>
    // CHECK:      %output_shape = drp.conv_transpose %x, %w {drp.nodes = ["n"], strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 1>} : tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32> -> tensor<1x4x16x15xf32>
    %output_shape = onnx.ConvTranspose(%x, %w) {strides = array<i64: 2, 2>, output_shape = array<i64: 16, 15>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x16x15xf32>
    func.return
  }
}
