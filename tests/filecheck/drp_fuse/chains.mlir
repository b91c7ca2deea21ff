// RUN: drpc-opt %s -p drp-fuse | filecheck %s

// Rule 11: a convolution and the depthwise ones behind it.
func.func @chains(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x1x1xf32>, %d: tensor<2x1x3x3xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %a = drp.conv %x, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x4x4xf32>
  %b = drp.conv %a, %d {groups = 2 : i64} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x2x2xf32>
  %c = drp.conv %x, %d {groups = 2 : i64, pads = array<i64: 1, 1, 1, 1>} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x4x4xf32>
  %e = drp.conv %c, %d {groups = 2 : i64, pads = array<i64: 1, 1, 1, 1>} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x4x4xf32>
  %f = drp.conv %e, %d {groups = 2 : i64} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x2x2xf32>
  func.return %b, %f : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}
// CHECK-LABEL: @chains(
// CHECK-NEXT: %a = drp.conv %x, %w {drp.chain = 0 : i64} : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x4x4xf32>
// CHECK-NEXT: %b = drp.conv %a, %d {drp.chain = 0 : i64, groups = 2 : i64} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %c = drp.conv %x, %d {drp.chain = 1 : i64, groups = 2 : i64, pads = array<i64: 1, 1, 1, 1>} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x4x4xf32>
// CHECK-NEXT: %e = drp.conv %c, %d {drp.chain = 1 : i64, groups = 2 : i64, pads = array<i64: 1, 1, 1, 1>} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x4x4xf32>
// CHECK-NEXT: %f = drp.conv %e, %d {drp.chain = 1 : i64, groups = 2 : i64} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: func.return %b, %f : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>

// Left alone: another reader, no depthwise behind. Marks of an earlier run go.
func.func @no_chain(%x: tensor<1x2x4x4xf32>, %w: tensor<2x2x1x1xf32>, %d: tensor<2x1x3x3xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) {
  %a = drp.conv %x, %w {drp.chain = 7 : i64} : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x4x4xf32>
  %b = drp.conv %a, %d {groups = 2 : i64} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x2x2xf32>
  %c = drp.conv %a, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x4x4xf32>
  %e = drp.conv %c, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x4x4xf32>
  func.return %b, %e, %a : tensor<1x2x2x2xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
}
// CHECK-LABEL: @no_chain(
// CHECK-NEXT: %a = drp.conv %x, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x4x4xf32>
// CHECK-NEXT: %b = drp.conv %a, %d {groups = 2 : i64} : tensor<1x2x4x4xf32>, tensor<2x1x3x3xf32> -> tensor<1x2x2x2xf32>
// CHECK-NEXT: %c = drp.conv %a, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x4x4xf32>
// CHECK-NEXT: %e = drp.conv %c, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x4x4xf32>
// CHECK-NEXT: func.return %b, %e, %a : tensor<1x2x2x2xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
