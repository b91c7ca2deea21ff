// RUN: drpc-opt %s -p drp-fuse | filecheck %s

// Rule 10: zeros around a convolution, added to its own.
func.func @conv(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>) -> tensor<1x1x4x5xf32> {
  %p = drp.pad %x {drp.nodes = ["pad"], low = array<i64: 0, 0, 1, 0>, high = array<i64: 0, 0, 1, 2>} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
  %y = drp.conv %p, %w {drp.nodes = ["conv"], pads = array<i64: 0, 1, 0, 0>} : tensor<1x1x6x6xf32>, tensor<1x1x3x3xf32> -> tensor<1x1x4x5xf32>
  func.return %y : tensor<1x1x4x5xf32>
}
// CHECK-LABEL: @conv(
// CHECK-NEXT: %y = drp.conv %x, %w {drp.nodes = ["conv", "pad"], pads = array<i64: 1, 1, 1, 2>} : tensor<1x1x4x4xf32>, tensor<1x1x3x3xf32> -> tensor<1x1x4x5xf32>
// CHECK-NEXT: func.return %y : tensor<1x1x4x5xf32>

// Rule 10: zeros around an average pool count.
func.func @average(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x5x5xf32> {
  %p = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
  %y = drp.average_pool %p {kernel = array<i64: 2, 2>} : tensor<1x1x6x6xf32> -> tensor<1x1x5x5xf32>
  func.return %y : tensor<1x1x5x5xf32>
}
// CHECK-LABEL: @average(
// CHECK-NEXT: %y = drp.average_pool %x {kernel = array<i64: 2, 2>, count_include_pad = true, pads = array<i64: 1, 1, 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x5x5xf32>
// CHECK-NEXT: func.return %y : tensor<1x1x5x5xf32>

// Rule 10: minus infinity around a max pool; zeros where nothing is negative.
func.func @max(%x: tensor<1x1x4x4xf32>) -> (tensor<1x1x5x5xf32>, tensor<1x1x5x5xf32>) {
  %p = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>, value = 0xfff0000000000000 : f64} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
  %infinite = drp.max_pool %p {kernel = array<i64: 2, 2>} : tensor<1x1x6x6xf32> -> tensor<1x1x5x5xf32>
  %r = drp.apply %x {function = #drp.function<relu>} : tensor<1x1x4x4xf32> -> tensor<1x1x4x4xf32>
  %q = drp.pad %r {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
  %zero = drp.max_pool %q {kernel = array<i64: 2, 2>} : tensor<1x1x6x6xf32> -> tensor<1x1x5x5xf32>
  func.return %infinite, %zero : tensor<1x1x5x5xf32>, tensor<1x1x5x5xf32>
}
// CHECK-LABEL: @max(
// CHECK-NEXT: %infinite = drp.max_pool %x {kernel = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x5x5xf32>
// CHECK-NEXT: %r = drp.apply %x {function = #drp.function<relu>} : tensor<1x1x4x4xf32> -> tensor<1x1x4x4xf32>
// CHECK-NEXT: %zero = drp.max_pool %r {kernel = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x5x5xf32>
// CHECK-NEXT: func.return %infinite, %zero : tensor<1x1x5x5xf32>, tensor<1x1x5x5xf32>

// Left alone around a convolution: another number, another mode, channels, as much as the kernel.
func.func @not_conv(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>, %v: tensor<1x3x3x3xf32>) -> (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>, tensor<1x1x2x2xf32>, tensor<1x1x8x2xf32>) {
  %p = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>, value = 1.0 : f64} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
  %value = drp.conv %p, %w : tensor<1x1x6x6xf32>, tensor<1x1x3x3xf32> -> tensor<1x1x4x4xf32>
  %q = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>, mode = #drp<pad_mode reflect>} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
  %mode = drp.conv %q, %w : tensor<1x1x6x6xf32>, tensor<1x1x3x3xf32> -> tensor<1x1x4x4xf32>
  %r = drp.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 1, 0, 0>} : tensor<1x1x4x4xf32> -> tensor<1x3x4x4xf32>
  %channels = drp.conv %r, %v : tensor<1x3x4x4xf32>, tensor<1x3x3x3xf32> -> tensor<1x1x2x2xf32>
  %s = drp.pad %x {low = array<i64: 0, 0, 3, 0>, high = array<i64: 0, 0, 3, 0>} : tensor<1x1x4x4xf32> -> tensor<1x1x10x4xf32>
  %kernel = drp.conv %s, %w : tensor<1x1x10x4xf32>, tensor<1x1x3x3xf32> -> tensor<1x1x8x2xf32>
  func.return %value, %mode, %channels, %kernel : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>, tensor<1x1x2x2xf32>, tensor<1x1x8x2xf32>
}
// CHECK-LABEL: @not_conv(
// CHECK-NEXT: %p = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>, value = 1.000000e+00 : f64} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
// CHECK-NEXT: %value = drp.conv %p, %w : tensor<1x1x6x6xf32>, tensor<1x1x3x3xf32> -> tensor<1x1x4x4xf32>
// CHECK-NEXT: %q = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>, mode = #drp<pad_mode reflect>} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
// CHECK-NEXT: %mode = drp.conv %q, %w : tensor<1x1x6x6xf32>, tensor<1x1x3x3xf32> -> tensor<1x1x4x4xf32>
// CHECK-NEXT: %r = drp.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 1, 0, 0>} : tensor<1x1x4x4xf32> -> tensor<1x3x4x4xf32>
// CHECK-NEXT: %channels = drp.conv %r, %v : tensor<1x3x4x4xf32>, tensor<1x3x3x3xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %s = drp.pad %x {low = array<i64: 0, 0, 3, 0>, high = array<i64: 0, 0, 3, 0>} : tensor<1x1x4x4xf32> -> tensor<1x1x10x4xf32>
// CHECK-NEXT: %kernel = drp.conv %s, %w : tensor<1x1x10x4xf32>, tensor<1x1x3x3xf32> -> tensor<1x1x8x2xf32>
// CHECK-NEXT: func.return %value, %mode, %channels, %kernel : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>, tensor<1x1x2x2xf32>, tensor<1x1x8x2xf32>

// Left alone around pools: padding that does not count, a window that hangs over, zeros that may win.
func.func @not_pool(%x: tensor<1x1x4x4xf32>) -> (tensor<1x1x7x7xf32>, tensor<1x1x4x4xf32>, tensor<1x1x5x5xf32>) {
  %p = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
  %uncounted = drp.average_pool %p {kernel = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : tensor<1x1x6x6xf32> -> tensor<1x1x7x7xf32>
  %q = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 2, 2>} : tensor<1x1x4x4xf32> -> tensor<1x1x7x7xf32>
  %overhang = drp.average_pool %q {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x1x7x7xf32> -> tensor<1x1x4x4xf32>
  %zeros = drp.max_pool %p {kernel = array<i64: 2, 2>} : tensor<1x1x6x6xf32> -> tensor<1x1x5x5xf32>
  func.return %uncounted, %overhang, %zeros : tensor<1x1x7x7xf32>, tensor<1x1x4x4xf32>, tensor<1x1x5x5xf32>
}
// CHECK-LABEL: @not_pool(
// CHECK-NEXT: %p = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
// CHECK-NEXT: %uncounted = drp.average_pool %p {kernel = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : tensor<1x1x6x6xf32> -> tensor<1x1x7x7xf32>
// CHECK-NEXT: %q = drp.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 2, 2>} : tensor<1x1x4x4xf32> -> tensor<1x1x7x7xf32>
// CHECK-NEXT: %overhang = drp.average_pool %q {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x1x7x7xf32> -> tensor<1x1x4x4xf32>
// CHECK-NEXT: %zeros = drp.max_pool %p {kernel = array<i64: 2, 2>} : tensor<1x1x6x6xf32> -> tensor<1x1x5x5xf32>
// CHECK-NEXT: func.return %uncounted, %overhang, %zeros : tensor<1x1x7x7xf32>, tensor<1x1x4x4xf32>, tensor<1x1x5x5xf32>
