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
