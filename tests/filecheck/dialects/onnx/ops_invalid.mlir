// RUN: drpc-opt %s --split-input-file --verify-diagnostics --parsing-diagnostics | filecheck %s

// What the schema of a node's opset refuses.

// CHECK: Relu (since opset 14) takes 1 inputs, but got 2
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<2xf32>
%y = onnx.Relu(%x, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
}

// -----

// CHECK: Conv (since opset 11) takes 2 to 3 inputs, but got 1
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<2xf32>
%y = onnx.Conv(%x) : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

// CHECK: Relu (since opset 14) takes 1 outputs, but got 0
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<2xf32>
onnx.Relu(%x) : (tensor<2xf32>) -> ()
}

// -----

// CHECK: Relu (since opset 14) has no attribute alpha, beta
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<2xf32>
%y = onnx.Relu(%x) {beta = 1 : si64, alpha = 2 : si64} : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

// CHECK: Concat (since opset 13) needs attribute axis
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<2xf32>
%y = onnx.Concat(%x) : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

// CHECK: Upsample (since opset 10) is withdrawn from this opset
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<2xf32>
%y = onnx.Upsample(%x, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
}

// -----

// CHECK: Gelu does not exist in opset 17
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<2xf32>
%y = onnx.Gelu(%x) : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

// CHECK: expected one name in onnx.bodies for each of 1 regions
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<i1>
%y = onnx.If(%x) {onnx.bodies = []} {
  onnx.Yield %x : tensor<i1>
} : (tensor<i1>) -> tensor<i1>
}

// -----

// CHECK: expected each body to be one block that ends in onnx.Yield
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<i1>
%y = onnx.If(%x) {onnx.bodies = ["then_branch", "else_branch"]} {
  onnx.Yield %x : tensor<i1>
} {
  "test.termop"() : () -> ()
} : (tensor<i1>) -> tensor<i1>
}

// -----

// CHECK: If (since opset 16) needs attribute else_branch
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64}} {
%x = "test.op"() : () -> tensor<i1>
%y = onnx.If(%x) {onnx.bodies = ["then_branch"]} {
  onnx.Yield %x : tensor<i1>
} : (tensor<i1>) -> tensor<i1>
}

// -----

// CHECK: expected attributes onnx.domain and onnx.op_type
%x = "test.op"() : () -> tensor<2xf32>
%y = onnx.Custom(%x) {onnx.domain = "com.microsoft"} : (tensor<2xf32>) -> tensor<2xf32>

// -----

// CHECK: onnx.Frobnicate
%x = "test.op"() : () -> tensor<2xf32>
%y = onnx.Frobnicate(%x) : (tensor<2xf32>) -> tensor<2xf32>
