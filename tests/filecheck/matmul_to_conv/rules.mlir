// RUN: drpc-opt %s -p matmul-to-conv | filecheck %s

// Rule 1: rows of a matrix are images of one element; bias and activation stay.
func.func @rows(%x: tensor<3x2xf32>) -> tensor<3x1xf32> {
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
  %b = drp.constant #drp.tensor<[3.0] : tensor<1xf32>>
  %y = drp.matmul %x, %w bias %b : tensor<1xf32> {drp.nodes = ["fc"], activation = #drp.function<relu>} : tensor<3x2xf32>, tensor<2x1xf32> -> tensor<3x1xf32>
  func.return %y : tensor<3x1xf32>
}
// CHECK-LABEL: @rows(
// CHECK-NEXT: %b = drp.constant #drp.tensor<[3.0] : tensor<1xf32>>
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<1x2x1x1xf32>>
// CHECK-NEXT: %y = drp.reshape %x {drp.nodes = ["fc"]} : tensor<3x2xf32> -> tensor<3x2x1x1xf32>
// CHECK-NEXT: %y_1 = drp.conv %y, %w bias %b : tensor<1xf32> {drp.nodes = ["fc"], activation = #drp.function<relu>} : tensor<3x2x1x1xf32>, tensor<1x2x1x1xf32> -> tensor<3x1x1x1xf32>
// CHECK-NEXT: %y_2 = drp.reshape %y_1 {drp.nodes = ["fc"]} : tensor<3x1x1x1xf32> -> tensor<3x1xf32>
// CHECK-NEXT: func.return %y_2 : tensor<3x1xf32>

// Rule 1: tokens are a row of positions.
func.func @tokens(%x: tensor<2x3x2xf32>) -> tensor<2x3x3xf32> {
  %w = drp.constant #drp.tensor<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0] : tensor<1x2x3xf32>>
  %y = drp.matmul %x, %w : tensor<2x3x2xf32>, tensor<1x2x3xf32> -> tensor<2x3x3xf32>
  func.return %y : tensor<2x3x3xf32>
}
// CHECK-LABEL: @tokens(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0, 4.0, 2.0, 5.0, 3.0, 6.0] : tensor<3x2x1x1xf32>>
// CHECK-NEXT: %y = drp.reshape %x : tensor<2x3x2xf32> -> tensor<1x6x2xf32>
// CHECK-NEXT: %y_1 = drp.transpose %y {permutation = array<i64: 0, 2, 1>} : tensor<1x6x2xf32> -> tensor<1x2x6xf32>
// CHECK-NEXT: %y_2 = drp.reshape %y_1 : tensor<1x2x6xf32> -> tensor<1x2x1x6xf32>
// CHECK-NEXT: %y_3 = drp.conv %y_2, %w : tensor<1x2x1x6xf32>, tensor<3x2x1x1xf32> -> tensor<1x3x1x6xf32>
// CHECK-NEXT: %y_4 = drp.reshape %y_3 : tensor<1x3x1x6xf32> -> tensor<1x3x6xf32>
// CHECK-NEXT: %y_5 = drp.transpose %y_4 {permutation = array<i64: 0, 2, 1>} : tensor<1x3x6xf32> -> tensor<1x6x3xf32>
// CHECK-NEXT: %y_6 = drp.reshape %y_5 : tensor<1x6x3xf32> -> tensor<2x3x3xf32>
// CHECK-NEXT: func.return %y_6 : tensor<2x3x3xf32>

// Rule 1: an image with its channels last.
func.func @image(%x: tensor<1x4x5x2xf32>) -> tensor<1x4x5x1xf32> {
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2x1xf32>>
  %y = drp.matmul %x, %w : tensor<1x4x5x2xf32>, tensor<2x1xf32> -> tensor<1x4x5x1xf32>
  func.return %y : tensor<1x4x5x1xf32>
}
// CHECK-LABEL: @image(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<1x2x1x1xf32>>
// CHECK-NEXT: %y = drp.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : tensor<1x4x5x2xf32> -> tensor<1x2x4x5xf32>
// CHECK-NEXT: %y_1 = drp.conv %y, %w : tensor<1x2x4x5xf32>, tensor<1x2x1x1xf32> -> tensor<1x1x4x5xf32>
// CHECK-NEXT: %y_2 = drp.transpose %y_1 {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x1x4x5xf32> -> tensor<1x4x5x1xf32>
// CHECK-NEXT: func.return %y_2 : tensor<1x4x5x1xf32>

// Rule 2: a constant on the left needs reshapes only.
func.func @left(%x: tensor<2x3x4xf32>) -> tensor<2x1x4xf32> {
  %w = drp.constant #drp.tensor<[1.0, 2.0, 3.0] : tensor<1x3xf32>>
  %y = drp.matmul %w, %x {activation = #drp.function<relu>} : tensor<1x3xf32>, tensor<2x3x4xf32> -> tensor<2x1x4xf32>
  func.return %y : tensor<2x1x4xf32>
}
// CHECK-LABEL: @left(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0, 2.0, 3.0] : tensor<1x3x1x1xf32>>
// CHECK-NEXT: %y = drp.reshape %x : tensor<2x3x4xf32> -> tensor<2x3x1x4xf32>
// CHECK-NEXT: %y_1 = drp.conv %y, %w {activation = #drp.function<relu>} : tensor<2x3x1x4xf32>, tensor<1x3x1x1xf32> -> tensor<2x1x1x4xf32>
// CHECK-NEXT: %y_2 = drp.reshape %y_1 : tensor<2x1x1x4xf32> -> tensor<2x1x4xf32>
// CHECK-NEXT: func.return %y_2 : tensor<2x1x4xf32>

// Left alone: two activations, a matrix per batch element, a bias along the columns, nothing at all.
func.func @left_alone(%x: tensor<2x3x2xf32>, %z: tensor<2x2x3xf32>, %e: tensor<0x2xf32>) -> (tensor<2x3x3xf32>, tensor<2x3x1xf32>, tensor<2x1x3xf32>, tensor<0x2xf32>) {
  %v = drp.constant #drp.tensor<[1.0, 2.0, 3.0, 4.0] : tensor<2x2x1xf32>>
  %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<1x2xf32>>
  %b = drp.constant #drp.tensor<[1.0, 2.0, 3.0] : tensor<3xf32>>
  %s = drp.constant #drp.tensor<[1.0, 2.0, 3.0, 4.0] : tensor<2x2xf32>>
  %activations = drp.matmul %x, %z : tensor<2x3x2xf32>, tensor<2x2x3xf32> -> tensor<2x3x3xf32>
  %batch = drp.matmul %x, %v : tensor<2x3x2xf32>, tensor<2x2x1xf32> -> tensor<2x3x1xf32>
  %bias = drp.matmul %w, %z bias %b : tensor<3xf32> : tensor<1x2xf32>, tensor<2x2x3xf32> -> tensor<2x1x3xf32>
  %empty = drp.matmul %e, %s : tensor<0x2xf32>, tensor<2x2xf32> -> tensor<0x2xf32>
  func.return %activations, %batch, %bias, %empty : tensor<2x3x3xf32>, tensor<2x3x1xf32>, tensor<2x1x3xf32>, tensor<0x2xf32>
}
// CHECK-LABEL: @left_alone(
// CHECK-NEXT: %v = drp.constant #drp.tensor<[1.0, 2.0, 3.0, 4.0] : tensor<2x2x1xf32>>
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<1x2xf32>>
// CHECK-NEXT: %b = drp.constant #drp.tensor<[1.0, 2.0, 3.0] : tensor<3xf32>>
// CHECK-NEXT: %s = drp.constant #drp.tensor<[1.0, 2.0, 3.0, 4.0] : tensor<2x2xf32>>
// CHECK-NEXT: %activations = drp.matmul %x, %z : tensor<2x3x2xf32>, tensor<2x2x3xf32> -> tensor<2x3x3xf32>
// CHECK-NEXT: %batch = drp.matmul %x, %v : tensor<2x3x2xf32>, tensor<2x2x1xf32> -> tensor<2x3x1xf32>
// CHECK-NEXT: %bias = drp.matmul %w, %z bias %b : tensor<3xf32> : tensor<1x2xf32>, tensor<2x2x3xf32> -> tensor<2x1x3xf32>
// CHECK-NEXT: %empty = drp.matmul %e, %s : tensor<0x2xf32>, tensor<2x2xf32> -> tensor<0x2xf32>
// CHECK-NEXT: func.return %activations, %batch, %bias, %empty : tensor<2x3x3xf32>, tensor<2x3x1xf32>, tensor<2x1x3xf32>, tensor<0x2xf32>
