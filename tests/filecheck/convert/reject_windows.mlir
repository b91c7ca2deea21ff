// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// What convolutions and pools must be: whatever breaks a rule stays as it is.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%x: tensor<1x4x8x8xf32>, %large: tensor<1x4x140x140xf32>, %volume: tensor<1x4x8x8x8xf32>, %long: tensor<1x1x1x65536xf32>, %weights: tensor<4x4x3x3xf32>) {
    %w = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4x4x3x3xf32>>
    %w_volume = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4x4x3x3x3xf32>>
    %w_large = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<4x4x33x33xf32>>
    %w_one = drp.constant #drp.tensor<"0123456789abcdef0123456789abcdef" : tensor<1x1x1x1xf32>>
    // CHECK:      %spatial_axes = onnx.Conv(%volume, %w_volume) {drp.nodes = ["n"]} : (tensor<1x4x8x8x8xf32>, tensor<4x4x3x3x3xf32>) -> tensor<1x4x6x6x6xf32>
    %spatial_axes = onnx.Conv(%volume, %w_volume) {drp.nodes = ["n"]} : (tensor<1x4x8x8x8xf32>, tensor<4x4x3x3x3xf32>) -> tensor<1x4x6x6x6xf32>
    // CHECK:      %feature_size = onnx.Conv(%long, %w_one) {drp.nodes = ["n"]} : (tensor<1x1x1x65536xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x65536xf32>
    %feature_size = onnx.Conv(%long, %w_one) {drp.nodes = ["n"]} : (tensor<1x1x1x65536xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x65536xf32>
    // CHECK:      %constant_weights = onnx.Conv(%x, %weights) {drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
    %constant_weights = onnx.Conv(%x, %weights) {drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
    // CHECK:      %convolution_kernel = onnx.Conv(%large, %w_large) {drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>, tensor<4x4x33x33xf32>) -> tensor<1x4x108x108xf32>
    %convolution_kernel = onnx.Conv(%large, %w_large) {drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>, tensor<4x4x33x33xf32>) -> tensor<1x4x108x108xf32>
    // CHECK:      %convolution_stride = onnx.Conv(%large, %w) {strides = array<i64: 33, 33>, drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x5x5xf32>
    %convolution_stride = onnx.Conv(%large, %w) {strides = array<i64: 33, 33>, drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x5x5xf32>
    // CHECK:      %convolution_dilation = onnx.Conv(%large, %w) {dilations = array<i64: 65, 65>, drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x10x10xf32>
    %convolution_dilation = onnx.Conv(%large, %w) {dilations = array<i64: 65, 65>, drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x10x10xf32>
    // CHECK:      %positive_steps = onnx.Conv(%x, %w) {strides = array<i64: 0, 0>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
    %positive_steps = onnx.Conv(%x, %w) {strides = array<i64: 0, 0>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
    // CHECK:      %padding_not_negative = onnx.Conv(%x, %w) {pads = array<i64: -1, -1, 0, 0>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x5x5xf32>
    %padding_not_negative = onnx.Conv(%x, %w) {pads = array<i64: -1, -1, 0, 0>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x5x5xf32>
    // CHECK:      %pool_kernel = onnx.MaxPool(%large) {kernel_shape = array<i64: 65, 65>, drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>) -> tensor<1x4x76x76xf32>
    %pool_kernel = onnx.MaxPool(%large) {kernel_shape = array<i64: 65, 65>, drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>) -> tensor<1x4x76x76xf32>
    // CHECK:      %pool_stride = onnx.MaxPool(%large) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 65, 65>, drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>) -> tensor<1x4x3x3xf32>
    %pool_stride = onnx.MaxPool(%large) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 65, 65>, drp.nodes = ["n"]} : (tensor<1x4x140x140xf32>) -> tensor<1x4x3x3xf32>
    // CHECK:      %padding_below_window = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2>, pads = array<i64: 2, 2, 0, 0>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>) -> tensor<1x4x9x9xf32>
    %padding_below_window = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2>, pads = array<i64: 2, 2, 0, 0>, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>) -> tensor<1x4x9x9xf32>
    // CHECK:      %window_positions = onnx.MaxPool(%x) {kernel_shape = array<i64: 1, 1>, strides = array<i64: 3, 3>, ceil_mode = 1 : i64, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>) -> tensor<1x4x4x4xf32>
    %window_positions = onnx.MaxPool(%x) {kernel_shape = array<i64: 1, 1>, strides = array<i64: 3, 3>, ceil_mode = 1 : i64, drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>) -> tensor<1x4x4x4xf32>
    // CHECK:      %transposed_positions = onnx.ConvTranspose(%x, %w) {drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x11x11xf32>
    %transposed_positions = onnx.ConvTranspose(%x, %w) {drp.nodes = ["n"]} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x11x11xf32>
    func.return
  }
}
