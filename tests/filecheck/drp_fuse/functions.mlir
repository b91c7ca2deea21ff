// RUN: drpc-opt %s -p drp-fuse | filecheck %s

// Rule 3: x * sigmoid(a * x) is silu.
func.func @silu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = drp.constant #drp.tensor<[1.5] : tensor<f32>>
  %ax = drp.mul %x, %a {drp.nodes = ["scale"]} : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %s = drp.apply %ax {drp.nodes = ["sigmoid"], function = #drp.function<sigmoid>} : tensor<4xf32> -> tensor<4xf32>
  %y = drp.mul %s, %x {drp.nodes = ["mul"]} : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @silu(
// CHECK-NEXT: %y = drp.apply %x {drp.nodes = ["mul", "sigmoid", "scale"], function = #drp.function<silu(1.5)>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// Rule 3: clip(x + 3, 0, 6) / 6 is a hard sigmoid.
func.func @hard_sigmoid(%x: tensor<4xf32>) -> tensor<4xf32> {
  %three = drp.constant #drp.tensor<[3.0] : tensor<f32>>
  %six = drp.constant #drp.tensor<[6.0] : tensor<f32>>
  %a = drp.add %x, %three : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %c = drp.apply %a {function = #drp.function<clip(0.0, 6.0)>} : tensor<4xf32> -> tensor<4xf32>
  %y = drp.div %c, %six : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @hard_sigmoid(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<hard_sigmoid(0.16666666666666666, 0.5)>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// Rule 3: x * clip(x + 3, 0, 6) / 6 is a hard swish, the division last ...
func.func @hard_swish_last(%x: tensor<4xf32>) -> tensor<4xf32> {
  %three = drp.constant #drp.tensor<[3.0] : tensor<f32>>
  %six = drp.constant #drp.tensor<[6.0] : tensor<f32>>
  %a = drp.add %x, %three : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %c = drp.apply %a {function = #drp.function<clip(0.0, 6.0)>} : tensor<4xf32> -> tensor<4xf32>
  %m = drp.mul %x, %c : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %y = drp.div %m, %six : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @hard_swish_last(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<hard_swish>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// ... first, as a product with 1/6, with a relu6 in two steps ...
func.func @hard_swish_first(%x: tensor<4xf32>) -> tensor<4xf32> {
  %three = drp.constant #drp.tensor<[3.0] : tensor<f32>>
  %six = drp.constant #drp.tensor<[6.0] : tensor<f32>>
  %sixth = drp.constant #drp.tensor<[0.1666666716337204] : tensor<f32>>
  %a = drp.add %three, %x : tensor<f32>, tensor<4xf32> -> tensor<4xf32>
  %r = drp.apply %a {function = #drp.function<relu>} : tensor<4xf32> -> tensor<4xf32>
  %c = drp.min %r, %six : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %m = drp.mul %x, %sixth : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %y = drp.mul %m, %c : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @hard_swish_first(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<hard_swish>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// ... or with ONNX's HardSigmoid.
func.func @hard_swish_gate(%x: tensor<4xf32>) -> tensor<4xf32> {
  %g = drp.apply %x {function = #drp.function<hard_sigmoid(0.1666666716337204, 0.5)>} : tensor<4xf32> -> tensor<4xf32>
  %y = drp.mul %g, %x : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @hard_swish_gate(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<hard_swish>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// Rule 3: x * tanh(softplus(x)) is mish.
func.func @mish(%x: tensor<4xf32>) -> tensor<4xf32> {
  %s = drp.apply %x {function = #drp.function<softplus>} : tensor<4xf32> -> tensor<4xf32>
  %t = drp.apply %s {function = #drp.function<tanh>} : tensor<4xf32> -> tensor<4xf32>
  %y = drp.mul %x, %t : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @mish(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<mish>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// Rule 3: gelu, the half last ...
func.func @gelu_last(%x: tensor<4xf32>) -> tensor<4xf32> {
  %root = drp.constant #drp.tensor<[1.4142135381698608] : tensor<f32>>
  %one = drp.constant #drp.tensor<[1.0] : tensor<f32>>
  %half = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %d = drp.div %x, %root : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %e = drp.apply %d {function = #drp.function<erf>} : tensor<4xf32> -> tensor<4xf32>
  %a = drp.add %e, %one : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %m = drp.mul %x, %a : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %y = drp.mul %m, %half : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @gelu_last(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<gelu>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// ... the half first ...
func.func @gelu_first(%x: tensor<4xf32>) -> tensor<4xf32> {
  %root = drp.constant #drp.tensor<[0.7071067690849304] : tensor<f32>>
  %one = drp.constant #drp.tensor<[1.0] : tensor<f32>>
  %half = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %d = drp.mul %root, %x : tensor<f32>, tensor<4xf32> -> tensor<4xf32>
  %e = drp.apply %d {function = #drp.function<erf>} : tensor<4xf32> -> tensor<4xf32>
  %a = drp.add %one, %e : tensor<f32>, tensor<4xf32> -> tensor<4xf32>
  %h = drp.mul %half, %x : tensor<f32>, tensor<4xf32> -> tensor<4xf32>
  %y = drp.mul %h, %a : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @gelu_first(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<gelu>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// ... or in the gate.
func.func @gelu_gate(%x: tensor<4xf32>) -> tensor<4xf32> {
  %root = drp.constant #drp.tensor<[0.7071067690849304] : tensor<f32>>
  %one = drp.constant #drp.tensor<[1.0] : tensor<f32>>
  %half = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %d = drp.mul %x, %root : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %e = drp.apply %d {function = #drp.function<erf>} : tensor<4xf32> -> tensor<4xf32>
  %a = drp.add %e, %one : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %h = drp.mul %a, %half : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %y = drp.mul %x, %h : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @gelu_gate(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<gelu>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// Rule 3: the form with tanh, its cube as a power ...
func.func @gelu_tanh_power(%x: tensor<4xf32>) -> tensor<4xf32> {
  %three = drp.constant #drp.tensor<[3.0] : tensor<f32>>
  %cubic = drp.constant #drp.tensor<[0.044714998453855515] : tensor<f32>>
  %root = drp.constant #drp.tensor<[0.7978845834732056] : tensor<f32>>
  %one = drp.constant #drp.tensor<[1.0] : tensor<f32>>
  %half = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %p = drp.pow %x, %three : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %q = drp.mul %p, %cubic : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %s = drp.add %x, %q : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %r = drp.mul %s, %root : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %t = drp.apply %r {function = #drp.function<tanh>} : tensor<4xf32> -> tensor<4xf32>
  %a = drp.add %t, %one : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %h = drp.mul %x, %half : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %y = drp.mul %h, %a : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @gelu_tanh_power(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<gelu_tanh>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// ... or factored, with a square.
func.func @gelu_tanh_factored(%x: tensor<4xf32>) -> tensor<4xf32> {
  %cubic = drp.constant #drp.tensor<[0.035677410662174225] : tensor<f32>>
  %root = drp.constant #drp.tensor<[0.7978845834732056] : tensor<f32>>
  %half = drp.constant #drp.tensor<[0.5] : tensor<f32>>
  %p = drp.mul %x, %x : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %q = drp.mul %p, %cubic : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %s = drp.add %q, %root : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %r = drp.mul %x, %s : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %t = drp.apply %r {function = #drp.function<tanh>} : tensor<4xf32> -> tensor<4xf32>
  %h = drp.mul %t, %half : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %a = drp.add %h, %half : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %y = drp.mul %x, %a : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}
// CHECK-LABEL: @gelu_tanh_factored(
// CHECK-NEXT: %y = drp.apply %x {function = #drp.function<gelu_tanh>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %y : tensor<4xf32>

// Left alone: gates of another tensor, of other constants, or read by others.
func.func @not_gated(%x: tensor<4xf32>, %z: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %s = drp.apply %z {function = #drp.function<sigmoid>} : tensor<4xf32> -> tensor<4xf32>
  %other = drp.mul %x, %s : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %g = drp.apply %x {function = #drp.function<hard_sigmoid(0.2, 0.5)>} : tensor<4xf32> -> tensor<4xf32>
  %constants = drp.mul %x, %g : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %t = drp.apply %x {function = #drp.function<sigmoid>} : tensor<4xf32> -> tensor<4xf32>
  %twice = drp.mul %x, %t : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  func.return %other, %constants, %twice, %t : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
// CHECK-LABEL: @not_gated(
// CHECK-NEXT: %s = drp.apply %z {function = #drp.function<sigmoid>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: %other = drp.mul %x, %s : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: %g = drp.apply %x {function = #drp.function<hard_sigmoid(0.2, 0.5)>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: %constants = drp.mul %x, %g : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: %t = drp.apply %x {function = #drp.function<sigmoid>} : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: %twice = drp.mul %x, %t : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: func.return %other, %constants, %twice, %t : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
