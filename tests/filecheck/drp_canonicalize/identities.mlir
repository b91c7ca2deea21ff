// RUN: drpc-opt %s -p drp-canonicalize | filecheck %s

// Rule 1: what gives its operand unchanged goes.
func.func @identities(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %reshape = drp.reshape %x : tensor<2x3xf32> -> tensor<2x3xf32>
  %broadcast = drp.broadcast %x : tensor<2x3xf32> -> tensor<2x3xf32>
  %tile = drp.tile %x {repeats = array<i64: 1, 1>} : tensor<2x3xf32> -> tensor<2x3xf32>
  %pad = drp.pad %x {low = array<i64: 0, 0>, high = array<i64: 0, 0>} : tensor<2x3xf32> -> tensor<2x3xf32>
  %transpose = drp.transpose %x {permutation = array<i64: 0, 1>} : tensor<2x3xf32> -> tensor<2x3xf32>
  %slice = drp.slice %x {offsets = array<i64: 0, 0>, sizes = array<i64: 2, 3>, steps = array<i64: 1, 1>} : tensor<2x3xf32> -> tensor<2x3xf32>
  %gather = drp.gather %x {axis = 1 : i64, indices = array<i64: 0, 1, 2>} : tensor<2x3xf32> -> tensor<2x3xf32>
  %concat = drp.concat %x {axis = 0 : i64} : tensor<2x3xf32> -> tensor<2x3xf32>
  %cast = drp.cast %x : tensor<2x3xf32> -> tensor<2x3xf32>
  %identity = drp.apply %x {function = #drp.function<identity>} : tensor<2x3xf32> -> tensor<2x3xf32>
  func.return %reshape, %broadcast, %tile, %pad, %transpose, %slice, %gather, %concat, %cast, %identity : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}
// CHECK-LABEL: @identities(
// CHECK-NEXT: func.return %x, %x, %x, %x, %x, %x, %x, %x, %x, %x : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>

// Left alone: the same shapes, but elements move.
func.func @no_identities(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %transpose = drp.transpose %x {permutation = array<i64: 1, 0>} : tensor<2x2xf32> -> tensor<2x2xf32>
  %slice = drp.slice %x {offsets = array<i64: 1, 0>, sizes = array<i64: 2, 2>, steps = array<i64: -1, 1>} : tensor<2x2xf32> -> tensor<2x2xf32>
  %gather = drp.gather %x {axis = 1 : i64, indices = array<i64: 1, 0>} : tensor<2x2xf32> -> tensor<2x2xf32>
  func.return %transpose, %slice, %gather : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}
// CHECK-LABEL: @no_identities(
// CHECK-NEXT: %transpose = drp.transpose %x {permutation = array<i64: 1, 0>} : tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: %slice = drp.slice %x {offsets = array<i64: 1, 0>, sizes = array<i64: 2, 2>, steps = array<i64: -1, 1>} : tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: %gather = drp.gather %x {axis = 1 : i64, indices = array<i64: 1, 0>} : tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK-NEXT: func.return %transpose, %slice, %gather : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>

// Rule 2: movements in a row are one.
func.func @rows(%x: tensor<2x3x4xf32>) -> (tensor<6x4xf32>, tensor<4x2x3xf32>, tensor<1x1x2xf32>, tensor<2x5x8xf32>, tensor<6x3x4xf32>) {
  %a = drp.reshape %x {drp.nodes = ["first"]} : tensor<2x3x4xf32> -> tensor<24xf32>
  %reshape = drp.reshape %a {drp.nodes = ["second"]} : tensor<24xf32> -> tensor<6x4xf32>
  %b = drp.transpose %x {permutation = array<i64: 1, 0, 2>} : tensor<2x3x4xf32> -> tensor<3x2x4xf32>
  %transpose = drp.transpose %b {permutation = array<i64: 2, 1, 0>} : tensor<3x2x4xf32> -> tensor<4x2x3xf32>
  %c = drp.slice %x {offsets = array<i64: 0, 1, 3>, sizes = array<i64: 2, 2, 4>, steps = array<i64: 1, 1, -1>} : tensor<2x3x4xf32> -> tensor<2x2x4xf32>
  %slice = drp.slice %c {offsets = array<i64: 1, 1, 1>, sizes = array<i64: 1, 1, 2>, steps = array<i64: 1, 1, 2>} : tensor<2x2x4xf32> -> tensor<1x1x2xf32>
  %d = drp.pad %x {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>} : tensor<2x3x4xf32> -> tensor<2x4x6xf32>
  %pad = drp.pad %d {low = array<i64: 0, 0, 1>, high = array<i64: 0, 1, 1>} : tensor<2x4x6xf32> -> tensor<2x5x8xf32>
  %e = drp.concat %x, %x {axis = 0 : i64} : tensor<2x3x4xf32>, tensor<2x3x4xf32> -> tensor<4x3x4xf32>
  %concat = drp.concat %x, %e {axis = 0 : i64} : tensor<2x3x4xf32>, tensor<4x3x4xf32> -> tensor<6x3x4xf32>
  func.return %reshape, %transpose, %slice, %pad, %concat : tensor<6x4xf32>, tensor<4x2x3xf32>, tensor<1x1x2xf32>, tensor<2x5x8xf32>, tensor<6x3x4xf32>
}
// CHECK-LABEL: @rows(
// CHECK-NEXT: %reshape = drp.reshape %x {drp.nodes = ["second", "first"]} : tensor<2x3x4xf32> -> tensor<6x4xf32>
// CHECK-NEXT: %transpose = drp.transpose %x {permutation = array<i64: 2, 0, 1>} : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
// CHECK-NEXT: %slice = drp.slice %x {offsets = array<i64: 1, 2, 2>, sizes = array<i64: 1, 1, 2>, steps = array<i64: 1, 1, -2>} : tensor<2x3x4xf32> -> tensor<1x1x2xf32>
// CHECK-NEXT: %pad = drp.pad %x {low = array<i64: 0, 1, 1>, high = array<i64: 0, 1, 3>} : tensor<2x3x4xf32> -> tensor<2x5x8xf32>
// CHECK-NEXT: %concat = drp.concat %x, %x, %x {axis = 0 : i64} : tensor<2x3x4xf32>, tensor<2x3x4xf32>, tensor<2x3x4xf32> -> tensor<6x3x4xf32>
// CHECK-NEXT: func.return %reshape, %transpose, %slice, %pad, %concat : tensor<6x4xf32>, tensor<4x2x3xf32>, tensor<1x1x2xf32>, tensor<2x5x8xf32>, tensor<6x3x4xf32>

// Left alone: pads with other numbers, concats along another axis or with another reader.
func.func @no_rows(%x: tensor<2x2xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x2xf32>, tensor<6x2xf32>) {
  %a = drp.pad %x {low = array<i64: 1, 0>, high = array<i64: 0, 1>} : tensor<2x2xf32> -> tensor<3x3xf32>
  %pad = drp.pad %a {low = array<i64: 0, 1>, high = array<i64: 1, 0>, value = 1.0 : f64} : tensor<3x3xf32> -> tensor<4x4xf32>
  %b = drp.concat %x, %x {axis = 0 : i64} : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<4x2xf32>
  %axis = drp.concat %b, %b {axis = 1 : i64} : tensor<4x2xf32>, tensor<4x2xf32> -> tensor<4x4xf32>
  %c = drp.concat %x, %x {axis = 0 : i64} : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<4x2xf32>
  %reader = drp.concat %c, %x {axis = 0 : i64} : tensor<4x2xf32>, tensor<2x2xf32> -> tensor<6x2xf32>
  func.return %pad, %axis, %c, %reader : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x2xf32>, tensor<6x2xf32>
}
// CHECK-LABEL: @no_rows(
// CHECK-NEXT: %a = drp.pad %x {low = array<i64: 1, 0>, high = array<i64: 0, 1>} : tensor<2x2xf32> -> tensor<3x3xf32>
// CHECK-NEXT: %pad = drp.pad %a {low = array<i64: 0, 1>, high = array<i64: 1, 0>, value = 1.000000e+00 : f64} : tensor<3x3xf32> -> tensor<4x4xf32>
// CHECK-NEXT: %b = drp.concat %x, %x {axis = 0 : i64} : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<4x2xf32>
// CHECK-NEXT: %axis = drp.concat %b, %b {axis = 1 : i64} : tensor<4x2xf32>, tensor<4x2xf32> -> tensor<4x4xf32>
// CHECK-NEXT: %reader = drp.concat %b, %x {axis = 0 : i64} : tensor<4x2xf32>, tensor<2x2xf32> -> tensor<6x2xf32>
// CHECK-NEXT: func.return %pad, %axis, %b, %reader : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x2xf32>, tensor<6x2xf32>

// Rule 3: movements of a constant.
func.func @constants() -> (tensor<4xf32>, tensor<2x2xf32>, tensor<2x1xf32>, tensor<2x1xf32>) {
  %c = drp.constant #drp.tensor<[1.0, 2.0, 3.0, 4.0] : tensor<2x2xf32>>
  %reshape = drp.reshape %c : tensor<2x2xf32> -> tensor<4xf32>
  %transpose = drp.transpose %c {permutation = array<i64: 1, 0>} : tensor<2x2xf32> -> tensor<2x2xf32>
  %slice = drp.slice %c {offsets = array<i64: 1, 1>, sizes = array<i64: 2, 1>, steps = array<i64: -1, 1>} : tensor<2x2xf32> -> tensor<2x1xf32>
  %gather = drp.gather %c {axis = 1 : i64, indices = array<i64: 0>} : tensor<2x2xf32> -> tensor<2x1xf32>
  func.return %reshape, %transpose, %slice, %gather : tensor<4xf32>, tensor<2x2xf32>, tensor<2x1xf32>, tensor<2x1xf32>
}
// CHECK-LABEL: @constants(
// CHECK-NEXT: %c = drp.constant #drp.tensor<[1.0, 2.0, 3.0, 4.0] : tensor<4xf32>>
// CHECK-NEXT: %c_1 = drp.constant #drp.tensor<[1.0, 3.0, 2.0, 4.0] : tensor<2x2xf32>>
// CHECK-NEXT: %c_2 = drp.constant #drp.tensor<[4.0, 2.0] : tensor<2x1xf32>>
// CHECK-NEXT: %c_3 = drp.constant #drp.tensor<[1.0, 3.0] : tensor<2x1xf32>>
// CHECK-NEXT: func.return %c, %c_1, %c_2, %c_3 : tensor<4xf32>, tensor<2x2xf32>, tensor<2x1xf32>, tensor<2x1xf32>

// Rule 4: only an axis of size 1 moves.
func.func @trivial(%x: tensor<2x1x3xf32>) -> tensor<2x3x1xf32> {
  %y = drp.transpose %x {permutation = array<i64: 0, 2, 1>} : tensor<2x1x3xf32> -> tensor<2x3x1xf32>
  func.return %y : tensor<2x3x1xf32>
}
// CHECK-LABEL: @trivial(
// CHECK-NEXT: %y = drp.reshape %x : tensor<2x1x3xf32> -> tensor<2x3x1xf32>
// CHECK-NEXT: func.return %y : tensor<2x3x1xf32>

// Rule 6: a binary job broadcasts by itself.
func.func @broadcast(%x: tensor<2x3xf32>, %z: tensor<1x3xf32>) -> tensor<2x3xf32> {
  %b = drp.broadcast %z : tensor<1x3xf32> -> tensor<2x3xf32>
  %y = drp.add %x, %b : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @broadcast(
// CHECK-NEXT: %y = drp.add %x, %z : tensor<2x3xf32>, tensor<1x3xf32> -> tensor<2x3xf32>
// CHECK-NEXT: func.return %y : tensor<2x3xf32>

// Left alone: the other operand broadcasts along the same axis.
func.func @no_broadcast(%x: tensor<1x3xf32>, %z: tensor<1x3xf32>) -> tensor<2x3xf32> {
  %b = drp.broadcast %z : tensor<1x3xf32> -> tensor<2x3xf32>
  %y = drp.add %x, %b : tensor<1x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @no_broadcast(
// CHECK-NEXT: %b = drp.broadcast %z : tensor<1x3xf32> -> tensor<2x3xf32>
// CHECK-NEXT: %y = drp.add %x, %b : tensor<1x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
// CHECK-NEXT: func.return %y : tensor<2x3xf32>

// Rule 7: a reduction reads what was before a transpose.
func.func @reduction(%x: tensor<1x2x3x4xf32>) -> (tensor<1x2xf32>, tensor<1x1x1x2xf32>) {
  %t = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %dropped = drp.reduce %t {kind = #drp<reduce_kind mean>, axes = array<i64: 1, 2>, keep = false} : tensor<1x3x4x2xf32> -> tensor<1x2xf32>
  %kept = drp.reduce %t {kind = #drp<reduce_kind mean>, axes = array<i64: 1, 2>} : tensor<1x3x4x2xf32> -> tensor<1x1x1x2xf32>
  func.return %dropped, %kept : tensor<1x2xf32>, tensor<1x1x1x2xf32>
}
// CHECK-LABEL: @reduction(
// CHECK-NEXT: %dropped = drp.reduce %x {kind = #drp<reduce_kind mean>, axes = array<i64: 2, 3>, keep = false} : tensor<1x2x3x4xf32> -> tensor<1x2xf32>
// CHECK-NEXT: %kept = drp.reduce %x {kind = #drp<reduce_kind mean>, axes = array<i64: 2, 3>} : tensor<1x2x3x4xf32> -> tensor<1x2x1x1xf32>
// CHECK-NEXT: %kept_1 = drp.reshape %kept : tensor<1x2x1x1xf32> -> tensor<1x1x1x2xf32>
// CHECK-NEXT: func.return %dropped, %kept_1 : tensor<1x2xf32>, tensor<1x1x1x2xf32>

// Left alone: the sum would run in another order.
func.func @no_reduction(%x: tensor<1x2x3x4xf32>) -> tensor<1x3xf32> {
  %t = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
  %y = drp.reduce %t {kind = #drp<reduce_kind mean>, axes = array<i64: 2, 3>, keep = false} : tensor<1x3x4x2xf32> -> tensor<1x3xf32>
  func.return %y : tensor<1x3xf32>
}
// CHECK-LABEL: @no_reduction(
// CHECK-NEXT: %t = drp.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK-NEXT: %y = drp.reduce %t {kind = #drp<reduce_kind mean>, axes = array<i64: 2, 3>, keep = false} : tensor<1x3x4x2xf32> -> tensor<1x3xf32>
// CHECK-NEXT: func.return %y : tensor<1x3xf32>
