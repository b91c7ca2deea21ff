// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Operators that move elements, with extents by attribute and by operand.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 18 : i64}} {
  func.func @main(%x: tensor<4x6xf32>, %depth: tensor<1x8x2x2xf32>) {
    %c_shape = drp.constant #drp.tensor<[2, 12] : tensor<2xi64>>
    %c_one = drp.constant #drp.tensor<[1] : tensor<1xi64>>
    %c_four = drp.constant #drp.tensor<[4] : tensor<1xi64>>
    %c_minus = drp.constant #drp.tensor<[-1] : tensor<1xi64>>
    %c_wide = drp.constant #drp.tensor<[3, 4, 6] : tensor<3xi64>>
    %c_pads = drp.constant #drp.tensor<[1, -2, 0, 3] : tensor<4xi64>>
    %c_parts = drp.constant #drp.tensor<[2, 4] : tensor<2xi64>>
    // CHECK:      %reshape = drp.reshape %x {drp.nodes = ["n"]} : tensor<4x6xf32> -> tensor<2x12xf32>
    %reshape = onnx.Reshape(%x, %c_shape) {drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<2xi64>) -> tensor<2x12xf32>
    // CHECK:      %unsqueeze = drp.reshape %x {drp.nodes = ["n"]} : tensor<4x6xf32> -> tensor<4x1x6xf32>
    %unsqueeze = onnx.Unsqueeze(%x, %c_one) {drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<1xi64>) -> tensor<4x1x6xf32>
    // CHECK:      %transpose = drp.transpose %x {drp.nodes = ["n"], permutation = array<i64: 1, 0>} : tensor<4x6xf32> -> tensor<6x4xf32>
    %transpose = onnx.Transpose(%x) {drp.nodes = ["n"]} : (tensor<4x6xf32>) -> tensor<6x4xf32>
    // CHECK:      %expand = drp.broadcast %x {drp.nodes = ["n"]} : tensor<4x6xf32> -> tensor<3x4x6xf32>
    %expand = onnx.Expand(%x, %c_wide) {drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<3xi64>) -> tensor<3x4x6xf32>
    // CHECK:      %concat = drp.concat %x, %x {drp.nodes = ["n"], axis = 1 : i64} : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x12xf32>
    %concat = onnx.Concat(%x, %x) {axis = -1 : i64, drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x12xf32>
    // CHECK:      %slice = drp.slice %x {drp.nodes = ["n"], offsets = array<i64: 0, 5>, sizes = array<i64: 4, 4>, steps = array<i64: 1, -1>} : tensor<4x6xf32> -> tensor<4x4xf32>
    %slice = onnx.Slice(%x, %c_minus, %c_one, %c_one, %c_minus) {drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4x4xf32>
    // CHECK:      %left = drp.slice %x {drp.nodes = ["n"], offsets = array<i64: 0, 0>, sizes = array<i64: 4, 2>, steps = array<i64: 1, 1>} : tensor<4x6xf32> -> tensor<4x2xf32>
    // CHECK-NEXT: %right = drp.slice %x {drp.nodes = ["n"], offsets = array<i64: 0, 2>, sizes = array<i64: 4, 4>, steps = array<i64: 1, 1>} : tensor<4x6xf32> -> tensor<4x4xf32>
    %left, %right = onnx.Split(%x, %c_parts) {axis = 1 : i64, drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<2xi64>) -> (tensor<4x2xf32>, tensor<4x4xf32>)
    // CHECK:      %0 = drp.slice %x {drp.nodes = ["n"], offsets = array<i64: 0, 2>, sizes = array<i64: 4, 4>, steps = array<i64: 1, 1>} : tensor<4x6xf32> -> tensor<4x4xf32>
    // CHECK-NEXT: %pad = drp.pad %0 {drp.nodes = ["n"], low = array<i64: 1, 0>, high = array<i64: 0, 3>} : tensor<4x4xf32> -> tensor<5x7xf32>
    %pad = onnx.Pad(%x, %c_pads) {drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<4xi64>) -> tensor<5x7xf32>
    // CHECK:      %gather = drp.gather %x {drp.nodes = ["n"], axis = 1 : i64, indices = array<i64: 5>} : tensor<4x6xf32> -> tensor<4x1xf32>
    %gather = onnx.Gather(%x, %c_minus) {axis = 1 : i64, drp.nodes = ["n"]} : (tensor<4x6xf32>, tensor<1xi64>) -> tensor<4x1xf32>
    // CHECK:      %1 = drp.reshape %depth {drp.nodes = ["n"]} : tensor<1x8x2x2xf32> -> tensor<1x2x2x2x2x2xf32>
    // CHECK-NEXT: %2 = drp.transpose %1 {drp.nodes = ["n"], permutation = array<i64: 0, 3, 4, 1, 5, 2>} : tensor<1x2x2x2x2x2xf32> -> tensor<1x2x2x2x2x2xf32>
    // CHECK-NEXT: %space = drp.reshape %2 {drp.nodes = ["n"]} : tensor<1x2x2x2x2x2xf32> -> tensor<1x2x4x4xf32>
    %space = onnx.DepthToSpace(%depth) {blocksize = 2 : i64, drp.nodes = ["n"]} : (tensor<1x8x2x2xf32>) -> tensor<1x2x4x4xf32>
    // CHECK:      %3 = drp.reshape %space {drp.nodes = ["n"]} : tensor<1x2x4x4xf32> -> tensor<1x2x2x2x2x2xf32>
    // CHECK-NEXT: %4 = drp.transpose %3 {drp.nodes = ["n"], permutation = array<i64: 0, 3, 5, 1, 2, 4>} : tensor<1x2x2x2x2x2xf32> -> tensor<1x2x2x2x2x2xf32>
    // CHECK-NEXT: %back = drp.reshape %4 {drp.nodes = ["n"]} : tensor<1x2x2x2x2x2xf32> -> tensor<1x8x2x2xf32>
    %back = onnx.SpaceToDepth(%space) {blocksize = 2 : i64, drp.nodes = ["n"]} : (tensor<1x2x4x4xf32>) -> tensor<1x8x2x2xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 9 : i64}} {
  func.func @main(%x: tensor<4x6xf32>) {
    // CHECK:      %slice_attributes = drp.slice %x {drp.nodes = ["n"], offsets = array<i64: 0, 1>, sizes = array<i64: 4, 5>, steps = array<i64: 1, 1>} : tensor<4x6xf32> -> tensor<4x5xf32>
    %slice_attributes = onnx.Slice(%x) {starts = array<i64: 1>, ends = array<i64: 9>, axes = array<i64: 1>, drp.nodes = ["n"]} : (tensor<4x6xf32>) -> tensor<4x5xf32>
    // CHECK:      %squeezed = drp.reshape %x {drp.nodes = ["n"]} : tensor<4x6xf32> -> tensor<1x4x6xf32>
    %squeezed = onnx.Unsqueeze(%x) {axes = array<i64: 0>, drp.nodes = ["n"]} : (tensor<4x6xf32>) -> tensor<1x4x6xf32>
    // CHECK:      %pad_attributes = drp.pad %x {drp.nodes = ["n"], low = array<i64: 1, 0>, high = array<i64: 0, 0>, value = 1.500000e+00 : f64} : tensor<4x6xf32> -> tensor<5x6xf32>
    %pad_attributes = onnx.Pad(%x) {pads = array<i64: 1, 0, 0, 0>, value = 1.5 : f32, drp.nodes = ["n"]} : (tensor<4x6xf32>) -> tensor<5x6xf32>
    func.return
  }
}
