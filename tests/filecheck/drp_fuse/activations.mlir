// RUN: drpc-opt %s -p drp-fuse | filecheck %s

// Rule 8: a function behind each kind of job becomes its activation.
func.func @activations(%x: tensor<1x1x2x2xf32>, %z: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %w = drp.constant #drp.tensor<[1.0] : tensor<1x1x1x1xf32>>
  %s = drp.constant #drp.tensor<[2.0] : tensor<1xf32>>
  %a = drp.conv %x, %w {drp.nodes = ["conv"]} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %conv = drp.apply %a {drp.nodes = ["relu"], function = #drp.function<relu>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %b = drp.conv_transpose %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %conv_transpose = drp.apply %b {function = #drp.function<sigmoid>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %c = drp.matmul %x, %z : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %matmul = drp.apply %c {function = #drp.function<tanh>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %d = drp.mul %x, %z : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %mul = drp.apply %d {function = #drp.function<relu>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %e = drp.scale_shift %x, %s, %s : tensor<1x1x2x2xf32>, tensor<1xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  %scale_shift = drp.apply %e {function = #drp.function<clip(0.0, 6.0)>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %f = drp.group_norm %x {groups = 1 : i64} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %norm = drp.apply %f {function = #drp.function<gelu>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  func.return %conv, %conv_transpose, %matmul, %mul, %scale_shift, %norm : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @activations(
// CHECK-NEXT: %w = drp.constant #drp.tensor<[1.0] : tensor<1x1x1x1xf32>>
// CHECK-NEXT: %s = drp.constant #drp.tensor<[2.0] : tensor<1xf32>>
// CHECK-NEXT: %conv = drp.conv %x, %w {drp.nodes = ["conv", "relu"], activation = #drp.function<relu>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %conv_transpose = drp.conv_transpose %x, %w {activation = #drp.function<sigmoid>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %matmul = drp.matmul %x, %z {activation = #drp.function<tanh>} : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %mul = drp.mul %x, %z {activation = #drp.function<relu>} : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %scale_shift = drp.scale_shift %x, %s, %s {activation = #drp.function<clip(0.0, 6.0)>} : tensor<1x1x2x2xf32>, tensor<1xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %norm = drp.group_norm %x {groups = 1 : i64, activation = #drp.function<gelu>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: func.return %conv, %conv_transpose, %matmul, %mul, %scale_shift, %norm : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>

// Rule 8: behind a residual it is the output's activation.
func.func @output_activation(%x: tensor<1x1x2x2xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32> {
  %c = drp.conv %x, %w residual %x : tensor<1x1x2x2xf32> {activation = #drp.function<tanh>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %y = drp.apply %c {function = #drp.function<relu>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  func.return %y : tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @output_activation(
// CHECK-NEXT: %y = drp.conv %x, %w residual %x : tensor<1x1x2x2xf32> {activation = #drp.function<tanh>, output_activation = #drp.function<relu>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: func.return %y : tensor<1x1x2x2xf32>

// Left alone: a second function, another reader, a job that has no activation.
func.func @left_alone(%x: tensor<1x1x2x2xf32>, %w: tensor<1x1x1x1xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %a = drp.conv %x, %w {activation = #drp.function<relu>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %second = drp.apply %a {function = #drp.function<tanh>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %read = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
  %twice = drp.apply %read {function = #drp.function<tanh>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %pool = drp.max_pool %x {kernel = array<i64: 1, 1>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %function = drp.apply %pool {function = #drp.function<tanh>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  func.return %second, %read, %twice, %function : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @left_alone(
// CHECK-NEXT: %a = drp.conv %x, %w {activation = #drp.function<relu>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %second = drp.apply %a {function = #drp.function<tanh>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %read = drp.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %twice = drp.apply %read {function = #drp.function<tanh>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %pool = drp.max_pool %x {kernel = array<i64: 1, 1>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: %function = drp.apply %pool {function = #drp.function<tanh>} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
// CHECK-NEXT: func.return %second, %read, %twice, %function : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
