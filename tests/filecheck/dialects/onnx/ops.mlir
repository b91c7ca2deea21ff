// RUN: drpc-opt %s | drpc-opt | filecheck %s
// RUN: drpc-opt %s --print-op-generic | drpc-opt | filecheck %s

// CHECK: builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64, com.microsoft = 1 : i64}, onnx.ir_version = 8 : i64} {
builtin.module attributes {onnx.opsets = {ai.onnx = 17 : i64, com.microsoft = 1 : i64}, onnx.ir_version = 8 : i64} {
  // One operation per node, with the node's attributes under their ONNX names.
  // CHECK-LABEL: func.func @nodes
  func.func @nodes(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>, %b: tensor<4xf32>) {
    // CHECK-NEXT: %conv = onnx.Conv(%x, %w) {strides = array<i64: 2, 2>, drp.nodes = ["conv1"]} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x3x3xf32>
    %conv = onnx.Conv(%x, %w) {strides = array<i64: 2, 2>, drp.nodes = ["conv1"]} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x3x3xf32>
    // CHECK-NEXT: %biased = onnx.Conv(%x, %w, %b) {auto_pad = "SAME_UPPER", group = 1 : si64} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x8x8xf32>
    %biased = onnx.Conv(%x, %w, %b) {auto_pad = "SAME_UPPER", group = 1 : si64} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x8x8xf32>
    // CHECK-NEXT: %relu = onnx.Relu(%conv) : (tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
    %relu = onnx.Relu(%conv) : (tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
    // CHECK-NEXT: %leaky = onnx.LeakyRelu(%conv) {alpha = 1.000000e-01 : f32} : (tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
    %leaky = onnx.LeakyRelu(%conv) {alpha = 1.000000e-01 : f32} : (tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
    func.return
  }

  // An omitted optional input is a value of onnx.NoValue; there may be several results, or none used.
  // CHECK-LABEL: func.func @optional_inputs
  func.func @optional_inputs(%x: tensor<2x3xf32>, %high: tensor<f32>, %k: tensor<1xi64>) {
    // CHECK-NEXT: %none = onnx.NoValue
    %none = onnx.NoValue
    // CHECK-NEXT: %clip = onnx.Clip(%x, %none, %high) : (tensor<2x3xf32>, !onnx.none, tensor<f32>) -> tensor<2x3xf32>
    %clip = onnx.Clip(%x, %none, %high) : (tensor<2x3xf32>, !onnx.none, tensor<f32>) -> tensor<2x3xf32>
    // CHECK-NEXT: %values, %indices = onnx.TopK(%x, %k) {axis = 1 : si64} : (tensor<2x3xf32>, tensor<1xi64>) -> (tensor<2x?xf32>, tensor<2x?xi64>)
    %values, %indices = onnx.TopK(%x, %k) {axis = 1 : si64} : (tensor<2x3xf32>, tensor<1xi64>) -> (tensor<2x?xf32>, tensor<2x?xi64>)
    func.return
  }

  // Types besides tensors.
  // CHECK-LABEL: func.func @types
  func.func @types(%x: tensor<2x?xf32>, %s: !onnx.seq<tensor<?xf32>>, %o: !onnx.optional<tensor<2xf32>>, %t: tensor<3x!onnx.string>, %m: !onnx.map<i64, tensor<f32>>, %u: !onnx.unknown) {
    // CHECK-NEXT: %sequence = onnx.SequenceConstruct(%x, %x) : (tensor<2x?xf32>, tensor<2x?xf32>) -> !onnx.seq<tensor<2x?xf32>>
    %sequence = onnx.SequenceConstruct(%x, %x) : (tensor<2x?xf32>, tensor<2x?xf32>) -> !onnx.seq<tensor<2x?xf32>>
    // CHECK-NEXT: %length = onnx.SequenceLength(%s) : (!onnx.seq<tensor<?xf32>>) -> tensor<i64>
    %length = onnx.SequenceLength(%s) : (!onnx.seq<tensor<?xf32>>) -> tensor<i64>
    // CHECK-NEXT: %present = onnx.OptionalHasElement(%o) : (!onnx.optional<tensor<2xf32>>) -> tensor<i1>
    %present = onnx.OptionalHasElement(%o) : (!onnx.optional<tensor<2xf32>>) -> tensor<i1>
    // CHECK-NEXT: %split = onnx.Identity(%t) : (tensor<3x!onnx.string>) -> tensor<3x!onnx.string>
    %split = onnx.Identity(%t) : (tensor<3x!onnx.string>) -> tensor<3x!onnx.string>
    // CHECK-NEXT: %any = onnx.Identity(%u) : (!onnx.unknown) -> !onnx.unknown
    %any = onnx.Identity(%u) : (!onnx.unknown) -> !onnx.unknown
    func.return
  }

  // Graph attributes are regions, named by onnx.bodies; they see the values around them.
  // CHECK-LABEL: func.func @control_flow
  func.func @control_flow(%c: tensor<i1>, %x: tensor<2xf32>, %n: tensor<i64>) {
    // CHECK-NEXT: %if = onnx.If(%c) {onnx.bodies = ["then_branch", "else_branch"]} {
    %if = onnx.If(%c) {onnx.bodies = ["then_branch", "else_branch"]} {
      // CHECK-NEXT: %negative = onnx.Neg(%x) : (tensor<2xf32>) -> tensor<2xf32>
      %negative = onnx.Neg(%x) : (tensor<2xf32>) -> tensor<2xf32>
      // CHECK-NEXT: onnx.Yield %negative : tensor<2xf32>
      onnx.Yield %negative : tensor<2xf32>
    // CHECK-NEXT: } {
    } {
      // CHECK-NEXT: onnx.Yield %x : tensor<2xf32>
      onnx.Yield %x : tensor<2xf32>
    // CHECK-NEXT: } : (tensor<i1>) -> tensor<2xf32>
    } : (tensor<i1>) -> tensor<2xf32>
    // CHECK-NEXT: %loop = onnx.Loop(%n, %c, %x) {onnx.bodies = ["body"]} {
    %loop = onnx.Loop(%n, %c, %x) {onnx.bodies = ["body"]} {
    // CHECK-NEXT: ^bb0(%i: tensor<i64>, %go: tensor<i1>, %state: tensor<2xf32>):
    ^bb0(%i: tensor<i64>, %go: tensor<i1>, %state: tensor<2xf32>):
      // CHECK-NEXT: %doubled = onnx.Add(%state, %state) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      %doubled = onnx.Add(%state, %state) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      // CHECK-NEXT: onnx.Yield %go, %doubled : tensor<i1>, tensor<2xf32>
      onnx.Yield %go, %doubled : tensor<i1>, tensor<2xf32>
    // CHECK-NEXT: } : (tensor<i64>, tensor<i1>, tensor<2xf32>) -> tensor<2xf32>
    } : (tensor<i64>, tensor<i1>, tensor<2xf32>) -> tensor<2xf32>
    func.return
  }

  // Operators of other domains; a function's nodes carry opsets of their own.
  // CHECK-LABEL: func.func @other_domains
  func.func @other_domains(%x: tensor<2x3xf32>) {
    // CHECK-NEXT: %gelu = onnx.Custom(%x) {onnx.domain = "com.microsoft", onnx.op_type = "Gelu"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %gelu = onnx.Custom(%x) {onnx.domain = "com.microsoft", onnx.op_type = "Gelu"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK-NEXT: %old = onnx.Softmax(%x) {axis = 1 : si64, onnx.opsets = {ai.onnx = 11 : i64}} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %old = onnx.Softmax(%x) {axis = 1 : si64, onnx.opsets = {ai.onnx = 11 : i64}} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    func.return
  }
}
