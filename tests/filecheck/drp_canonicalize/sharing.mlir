// RUN: drpc-opt %s -p drp-canonicalize | filecheck %s

// Rule 11: jobs that compute the same are one, which stands for both nodes.
func.func @shared(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %a = drp.transpose %x {drp.nodes = ["a"], permutation = array<i64: 1, 0>} : tensor<2x3xf32> -> tensor<3x2xf32>
  %b = drp.transpose %x {drp.nodes = ["b"], permutation = array<i64: 1, 0>} : tensor<2x3xf32> -> tensor<3x2xf32>
  func.return %a, %b : tensor<3x2xf32>, tensor<3x2xf32>
}
// CHECK-LABEL: @shared(
// CHECK-NEXT: %a = drp.transpose %x {drp.nodes = ["a", "b"], permutation = array<i64: 1, 0>} : tensor<2x3xf32> -> tensor<3x2xf32>
// CHECK-NEXT: func.return %a, %a : tensor<3x2xf32>, tensor<3x2xf32>

// Left alone: other operands, other properties, another result.
func.func @not_shared(%x: tensor<2x2xf32>, %z: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<4x1xf32>, tensor<1x4xf32>) {
  %a = drp.sub %x, %z : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %b = drp.sub %z, %x : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %c = drp.sub %z, %x {activation = #drp.function<relu>} : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %d = drp.reshape %x : tensor<2x2xf32> -> tensor<4x1xf32>
  %e = drp.reshape %x : tensor<2x2xf32> -> tensor<1x4xf32>
  func.return %a, %b, %c, %d, %e : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<4x1xf32>, tensor<1x4xf32>
}
// CHECK-LABEL: @not_shared(
// CHECK-NEXT: %a = drp.sub %x, %z : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: %b = drp.sub %z, %x : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: %c = drp.sub %z, %x {activation = #drp.function<relu>} : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: %d = drp.reshape %x : tensor<2x2xf32> -> tensor<4x1xf32>
// CHECK-NEXT: %e = drp.reshape %x : tensor<2x2xf32> -> tensor<1x4xf32>
// CHECK-NEXT: func.return %a, %b, %c, %d, %e : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<4x1xf32>, tensor<1x4xf32>
