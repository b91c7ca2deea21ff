// RUN: drpc-opt %s | drpc-opt | filecheck %s
// RUN: drpc-opt %s --print-op-generic | drpc-opt | filecheck %s

// One scale for the tensor, with and without a zero point; signed and unsigned storage.
// CHECK: tensor<2x3x!quant.uniform<i8:f32, 0.02:-3>>
func.func private @per_tensor(tensor<2x3x!quant.uniform<i8:f32, 0.02:-3>>)
// CHECK: tensor<2x3x!quant.uniform<i8:f32, 0.5>>
func.func private @symmetric(tensor<2x3x!quant.uniform<i8:f32, 0.5>>)
// CHECK: tensor<4x!quant.uniform<ui8:f32, 0.0078125:128>>
func.func private @unsigned(tensor<4x!quant.uniform<ui8:f32, 0.0078125:128>>)
// CHECK: tensor<4x!quant.uniform<i16:f16, 0.25>>
func.func private @half(tensor<4x!quant.uniform<i16:f16, 0.25>>)
// CHECK: tensor<4x!quant.uniform<i4:f32, 1.5:-8>>
func.func private @four_bits(tensor<4x!quant.uniform<i4:f32, 1.5:-8>>)

// One scale for each slice along an axis.
// CHECK: tensor<3x5x!quant.uniform<i8:f32:0, {0.1, 0.2:4, 0.3}>>
func.func private @per_axis(tensor<3x5x!quant.uniform<i8:f32:0, {0.1, 0.2:4, 0.3}>>)

// Scales keep their float32 bits.
// CHECK: !quant.uniform<i8:f32, 1.0e-45>
func.func private @subnormal(tensor<1x!quant.uniform<i8:f32, 1.0e-45>>)

// Casts between real numbers, stored numbers, and the integers that they are.
// CHECK-LABEL: func.func @casts
func.func @casts(%x : tensor<2x3xf32>, %i : tensor<2x3xui8>) {
  // CHECK-NEXT: %q = quant.qcast %x : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<i8:f32, 0.02:-3>>
  %q = quant.qcast %x : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<i8:f32, 0.02:-3>>
  // CHECK-NEXT: %y = quant.dcast %q : tensor<2x3x!quant.uniform<i8:f32, 0.02:-3>> -> tensor<2x3xf32>
  %y = quant.dcast %q : tensor<2x3x!quant.uniform<i8:f32, 0.02:-3>> -> tensor<2x3xf32>
  // CHECK-NEXT: %axis = quant.qcast %x : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<i32:f32:1, {0.5, 0.25, 0.125}>>
  %axis = quant.qcast %x : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<i32:f32:1, {0.5, 0.25, 0.125}>>
  // CHECK-NEXT: %stored = quant.scast %q : tensor<2x3x!quant.uniform<i8:f32, 0.02:-3>> -> tensor<2x3xi8>
  %stored = quant.scast %q : tensor<2x3x!quant.uniform<i8:f32, 0.02:-3>> -> tensor<2x3xi8>
  // CHECK-NEXT: %seen = quant.scast %i : tensor<2x3xui8> -> tensor<2x3x!quant.uniform<ui8:f32, 0.5:128>>
  %seen = quant.scast %i : tensor<2x3xui8> -> tensor<2x3x!quant.uniform<ui8:f32, 0.5:128>>
  // CHECK-NEXT: %w = drp.constant #drp.tensor<[1, -128, 127] : tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>>>
  %w = drp.constant #drp.tensor<[1, -128, 127] : tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>>>
  func.return
}
