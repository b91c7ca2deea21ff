// RUN: drpc-opt %s -p drp-fuse | filecheck %s

// Rule 9: the convolution behind takes the sum, and its activation.
func.func @residual(%x: tensor<1x1x2x2xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32> {
  %c = drp.conv %x, %w {drp.nodes = ["conv"], activation = #drp.function<tanh>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %s = drp.add %x, %c {drp.nodes = ["add"]} : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %y = drp.apply %s {drp.nodes = ["relu"], function = #drp.function<relu>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  func.return %y : tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @residual(
// CHECK-NEXT: %y = drp.conv %x, %w residual %x : tensor<1x1x2x2xf32> {drp.nodes = ["conv", "add", "relu"], activation = #drp.function<tanh>, output_activation = #drp.function<relu>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x1x2x2xf32>

// Rule 9: of two convolutions the later one, whichever side it is on.
func.func @later(%x: tensor<1x1x2x2xf32>, %w: tensor<1x1x1x1xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %a = drp.conv %x, %w {drp.nodes = ["early"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %b = drp.conv %x, %w {drp.nodes = ["late"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %left = drp.add %a, %b : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %c = drp.conv %x, %w {drp.nodes = ["early"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %d = drp.conv %x, %w {drp.nodes = ["late"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %right = drp.add %d, %c : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  func.return %left, %right : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @later(
// CHECK-NEXT: %a = drp.conv %x, %w {drp.nodes = ["early"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %left = drp.conv %x, %w residual %a : tensor<1x1x2x2xf32> {drp.nodes = ["late"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %c = drp.conv %x, %w {drp.nodes = ["early"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %right = drp.conv %x, %w residual %c : tensor<1x1x2x2xf32> {drp.nodes = ["late"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: func.return %left, %right : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>

// Rule 9: sums in a row, each with a convolution of its own.
func.func @row(%x: tensor<1x1x2x2xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32> {
  %a = drp.conv %x, %w {drp.nodes = ["a"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %b = drp.conv %a, %w {drp.nodes = ["b"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %s = drp.add %a, %b : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %c = drp.conv %s, %w {drp.nodes = ["c"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %t = drp.add %s, %c : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  func.return %t : tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @row(
// CHECK-NEXT: %a = drp.conv %x, %w {drp.nodes = ["a"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %s = drp.conv %a, %w residual %a : tensor<1x1x2x2xf32> {drp.nodes = ["b"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %t = drp.conv %s, %w residual %s : tensor<1x1x2x2xf32> {drp.nodes = ["c"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: func.return %t : tensor<1x1x2x2xf32>

// Left alone: a sum that broadcasts, a convolution that has a residual, one that is read twice, twice itself.
func.func @left_alone(%x: tensor<1x1x2x2xf32>, %w: tensor<1x1x1x1xf32>, %z: tensor<1x1x1x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %a = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %broadcast = drp.add %a, %z : tensor<1x1x2x2xf32>, tensor<1x1x1x2xf32> -> tensor<1x1x2x2xf32>
  %b = drp.conv %x, %w residual %x : tensor<1x1x2x2xf32> : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %residual = drp.add %b, %x : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %c = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %double = drp.add %c, %c : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %read = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %twice = drp.mul %read, %x : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %sum = drp.add %read, %twice : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  func.return %broadcast, %residual, %double, %sum : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @left_alone(
// CHECK-NEXT: %a = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %broadcast = drp.add %a, %z : tensor<1x1x2x2xf32>, tensor<1x1x1x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %b = drp.conv %x, %w residual %x : tensor<1x1x2x2xf32> : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %residual = drp.add %b, %x : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %c = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %double = drp.add %c, %c : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %read = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %twice = drp.mul %read, %x : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %sum = drp.add %read, %twice : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: func.return %broadcast, %residual, %double, %sum : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
