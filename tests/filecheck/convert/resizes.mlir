// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Resize and Upsample of every opset.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 19 : i64}} {
  func.func @main(%x: tensor<1x2x4x4xf32>) {
    %none = onnx.NoValue
    %scales = drp.constant #drp.tensor<[1.0, 1.0, 2.0, 2.0] : tensor<4xf32>>
    %sizes = drp.constant #drp.tensor<[8, 8] : tensor<2xi64>>
    // CHECK:      %by_scales = drp.resize %x {drp.nodes = ["n"], scales = array<f64: 1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00>, mode = #drp<resize_mode linear>} : tensor<1x2x4x4xf32> -> tensor<1x2x8x8xf32>
    %by_scales = onnx.Resize(%x, %none, %scales) {mode = "linear", drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, !onnx.none, tensor<4xf32>) -> tensor<1x2x8x8xf32>
    // CHECK:      %by_sizes = drp.resize %x {drp.nodes = ["n"], scales = array<f64: 1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00>, mode = #drp<resize_mode cubic>, coordinates = #drp<coordinate_mode align_corners>} : tensor<1x2x4x4xf32> -> tensor<1x2x8x8xf32>
    %by_sizes = onnx.Resize(%x, %none, %none, %sizes) {mode = "cubic", axes = array<i64: 2, 3>, coordinate_transformation_mode = "align_corners", drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, !onnx.none, !onnx.none, tensor<2xi64>) -> tensor<1x2x8x8xf32>
    // CHECK:      %nearest = drp.resize %x {drp.nodes = ["n"], scales = array<f64: 1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode asymmetric>, rounding = #drp<nearest_mode floor>} : tensor<1x2x4x4xf32> -> tensor<1x2x8x8xf32>
    %nearest = onnx.Resize(%x, %none, %scales) {coordinate_transformation_mode = "asymmetric", nearest_mode = "floor", drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, !onnx.none, tensor<4xf32>) -> tensor<1x2x8x8xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 10 : i64}} {
  func.func @main(%x: tensor<1x2x4x4xf32>) {
    %half = drp.constant #drp.tensor<[1.0, 1.0, 0.5, 0.5] : tensor<4xf32>>
    // CHECK:      %smaller = drp.resize %x {drp.nodes = ["n"], scales = array<f64: 1.000000e+00, 1.000000e+00, 5.000000e-01, 5.000000e-01>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode asymmetric>, rounding = #drp<nearest_mode ceil>} : tensor<1x2x4x4xf32> -> tensor<1x2x2x2xf32>
    %smaller = onnx.Resize(%x, %half) {drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, tensor<4xf32>) -> tensor<1x2x2x2xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 9 : i64}} {
  func.func @main(%x: tensor<1x2x4x4xf32>) {
    %scales = drp.constant #drp.tensor<[1.0, 1.0, 2.0, 2.0] : tensor<4xf32>>
    // CHECK:      %upsample = drp.resize %x {drp.nodes = ["n"], scales = array<f64: 1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode asymmetric>, rounding = #drp<nearest_mode floor>} : tensor<1x2x4x4xf32> -> tensor<1x2x8x8xf32>
    %upsample = onnx.Upsample(%x, %scales) {drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>, tensor<4xf32>) -> tensor<1x2x8x8xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 7 : i64}} {
  func.func @main(%x: tensor<1x2x4x4xf32>) {
    // CHECK:      %upsample_attribute = drp.resize %x {drp.nodes = ["n"], scales = array<f64: 1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00>, mode = #drp<resize_mode linear>, coordinates = #drp<coordinate_mode asymmetric>, rounding = #drp<nearest_mode floor>} : tensor<1x2x4x4xf32> -> tensor<1x2x8x8xf32>
    %upsample_attribute = onnx.Upsample(%x) {mode = "linear", scales = array<f32: 1.0, 1.0, 2.0, 2.0>, drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>) -> tensor<1x2x8x8xf32>
    func.return
  }
}
