// RUN: drpc-opt %s --split-input-file --verify-diagnostics --parsing-diagnostics | filecheck %s

// What a quantised type refuses.

// CHECK: expected a finite positive scale, but got 0.0
func.func private @f(tensor<2x!quant.uniform<i8:f32, 0.0>>)

// -----

// CHECK: expected a finite positive scale, but got -1.0
func.func private @f(tensor<2x!quant.uniform<i8:f32, -1.0>>)

// -----

// CHECK: expected a finite positive scale, but got inf
func.func private @f(tensor<2x!quant.uniform<i8:f32, 0x7f800000>>)

// -----

// CHECK: expected a finite positive scale, but got nan
func.func private @f(tensor<2x!quant.uniform<i8:f32, 0x7fc00000>>)

// -----

// CHECK: expected a zero point in [-128, 127], but got 200
func.func private @f(tensor<2x!quant.uniform<i8:f32, 1.0:200>>)

// -----

// CHECK: expected a zero point in [0, 255], but got -1
func.func private @f(tensor<2x!quant.uniform<ui8:f32, 1.0:-1>>)

// -----

// CHECK: expected f32 or f16 as expressed type, but got f64
func.func private @f(tensor<2x!quant.uniform<i8:f64, 1.0>>)

// -----

// CHECK: expected as many zero points as scales, at least one
func.func private @f(tensor<2x!quant.uniform<i8:f32:0, {}>>)

// -----

// CHECK: expected an integer storage type
func.func private @f(tensor<2x!quant.uniform<f32:f32, 1.0>>)

// -----

// CHECK: expected a quantised tensor, but got tensor<2xi8>
%x = "test.op"() : () -> tensor<2xf32>
%y = quant.qcast %x : tensor<2xf32> -> tensor<2xi8>

// -----

// CHECK: expected real numbers of f32, as the quantised type says, but got tensor<2xf16>
%x = "test.op"() : () -> tensor<2xf16>
%y = quant.qcast %x : tensor<2xf16> -> tensor<2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected real numbers of f16, as the quantised type says, but got tensor<2xf32>
%x = "test.op"() : () -> tensor<2x!quant.uniform<i8:f16, 0.5>>
%y = quant.dcast %x : tensor<2x!quant.uniform<i8:f16, 0.5>> -> tensor<2xf32>

// -----

// CHECK: expected a quantised type and its storage type, but got i8 and !quant.uniform<ui8:f32, 0.5>
%x = "test.op"() : () -> tensor<2xi8>
%y = quant.scast %x : tensor<2xi8> -> tensor<2x!quant.uniform<ui8:f32, 0.5>>

// -----

// CHECK: expected a result of shape (2,), but got (3,)
%x = "test.op"() : () -> tensor<2xf32>
%y = quant.qcast %x : tensor<2xf32> -> tensor<3x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected 2 slices along axis 0, one for each scale, but the shape is (3,)
%x = "test.op"() : () -> tensor<3xf32>
%y = quant.qcast %x : tensor<3xf32> -> tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
