// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// What movements and resizes must be: whatever breaks a rule stays as it is.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 19 : i64}} {
  func.func @main(%x: tensor<4x6xf32>, %image: tensor<1x2x4x4xf32>, %long: tensor<1x1x1x3000xf32>) {
    %c_nine = drp.constant #drp.tensor<[9] : tensor<1xi64>>
    %c_pads = drp.constant #drp.tensor<[1, 0, -1, 0] : tensor<4xi64>>
    %c_far = drp.constant #drp.tensor<[4, 0, 0, 0] : tensor<4xi64>>
    %none = onnx.NoValue
    %c_scales = drp.constant #drp.tensor<[1.0, 1.0, 2.0, 2.0] : tensor<4xf32>>
    %c_roi = drp.constant #drp.tensor<[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0] : tensor<8xf32>>
    // CHECK:      %indices_in_range = onnx.Gather(%x, %c_nine) {drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<1xi64>) -> tensor<1x6xf32>
    %indices_in_range = onnx.Gather(%x, %c_nine) {drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<1xi64>) -> tensor<1x6xf32>
    // CHECK:      %pad_grows = onnx.Pad(%x, %c_pads) {mode = "edge", drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<4xi64>) -> tensor<4x6xf32>
    %pad_grows = onnx.Pad(%x, %c_pads) {mode = "edge", drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<4xi64>) -> tensor<4x6xf32>
    // CHECK:      %reflection_fits = onnx.Pad(%x, %c_far) {mode = "reflect", drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<4xi64>) -> tensor<8x6xf32>
    %reflection_fits = onnx.Pad(%x, %c_far) {mode = "reflect", drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<4xi64>) -> tensor<8x6xf32>
    // CHECK:      %resize_coordinates = onnx.Resize(%image, %c_roi, %c_scales) {coordinate_transformation_mode = "tf_crop_and_resize", drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, tensor<8xf32>, tensor<4xf32>) -> tensor<1x2x8x8xf32>
    %resize_coordinates = onnx.Resize(%image, %c_roi, %c_scales) {coordinate_transformation_mode = "tf_crop_and_resize", drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, tensor<8xf32>, tensor<4xf32>) -> tensor<1x2x8x8xf32>
    // CHECK:      %no_antialiasing = onnx.Resize(%image, %none, %c_scales) {mode = "linear", antialias = 1 : i64, drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, !onnx.none, tensor<4xf32>) -> tensor<1x2x8x8xf32>
    %no_antialiasing = onnx.Resize(%image, %none, %c_scales) {mode = "linear", antialias = 1 : i64, drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, !onnx.none, tensor<4xf32>) -> tensor<1x2x8x8xf32>
    // CHECK:      %resize_size = onnx.Resize(%long, %none, %c_scales) {drp.nodes = ["n"]} : (tensor<1x1x1x3000xf32>, !onnx.none, tensor<4xf32>) -> tensor<1x1x2x6000xf32>
    %resize_size = onnx.Resize(%long, %none, %c_scales) {drp.nodes = ["n"]} : (tensor<1x1x1x3000xf32>, !onnx.none, tensor<4xf32>) -> tensor<1x1x2x6000xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 10 : i64}} {
  func.func @main(%image: tensor<1x2x4x4xf32>) {
    %c_scales = drp.constant #drp.tensor<[1.0, 1.0, 2.0, 0.5] : tensor<4xf32>>
    // CHECK:      %resize_direction = onnx.Resize(%image, %c_scales) {drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, tensor<4xf32>) -> tensor<1x2x8x2xf32>
    %resize_direction = onnx.Resize(%image, %c_scales) {drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, tensor<4xf32>) -> tensor<1x2x8x2xf32>
    func.return
  }
}
