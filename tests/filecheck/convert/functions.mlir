// RUN: drpc-opt %s --split-input-file -p 'convert-onnx-to-drp{target=rzv2h}' | filecheck %s
// Functions of one element; an attribute left out has the schema's default.

builtin.module attributes {onnx.opsets = {"ai.onnx" = 17 : i64}} {
  func.func @main(%x: tensor<2x3xf32>) {
    // CHECK:      %relu = drp.apply %x {drp.nodes = ["n"], function = #drp.function<relu>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %relu = onnx.Relu(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %leaky = drp.apply %x {drp.nodes = ["n"], function = #drp.function<leaky_relu(0.009999999776482582)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %leaky = onnx.LeakyRelu(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %leaky_alpha = drp.apply %x {drp.nodes = ["n"], function = #drp.function<leaky_relu(0.25)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %leaky_alpha = onnx.LeakyRelu(%x) {alpha = 0.25 : f32, drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %hard_sigmoid = drp.apply %x {drp.nodes = ["n"], function = #drp.function<hard_sigmoid(0.20000000298023224, 0.5)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %hard_sigmoid = onnx.HardSigmoid(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %hard_swish = drp.apply %x {drp.nodes = ["n"], function = #drp.function<hard_swish>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %hard_swish = onnx.HardSwish(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %elu = drp.apply %x {drp.nodes = ["n"], function = #drp.function<elu(1.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %elu = onnx.Elu(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %selu = drp.apply %x {drp.nodes = ["n"], function = #drp.function<selu(1.6732631921768188, 1.0507010221481323)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %selu = onnx.Selu(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %shrink = drp.apply %x {drp.nodes = ["n"], function = #drp.function<shrink(0.5, 0.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %shrink = onnx.Shrink(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %erf = drp.apply %x {drp.nodes = ["n"], function = #drp.function<erf>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %erf = onnx.Erf(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %sqrt = drp.apply %x {drp.nodes = ["n"], function = #drp.function<sqrt>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %sqrt = onnx.Sqrt(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %low = drp.constant #drp.tensor<[0.0] : tensor<f32>>
    %high = drp.constant #drp.tensor<[6.0] : tensor<f32>>
    %none = onnx.NoValue
    // CHECK:      %clip = drp.apply %x {drp.nodes = ["n"], function = #drp.function<clip(0.0, 6.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %clip = onnx.Clip(%x, %low, %high) {drp.nodes = ["n"]} : (tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> tensor<2x3xf32>
    // CHECK:      %clip_above = drp.apply %x {drp.nodes = ["n"], function = #drp.function<clip(0xfff0000000000000, 6.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %clip_above = onnx.Clip(%x, %none, %high) {drp.nodes = ["n"]} : (tensor<2x3xf32>, !onnx.none, tensor<f32>) -> tensor<2x3xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 6 : i64}} {
  func.func @main(%x: tensor<2x3xf32>) {
    // CHECK:      %clip_attributes = drp.apply %x {drp.nodes = ["n"], function = #drp.function<clip(0.0, 6.0)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %clip_attributes = onnx.Clip(%x) {min = 0.0 : f32, max = 6.0 : f32, drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 20 : i64}} {
  func.func @main(%x: tensor<2x3xf32>) {
    // CHECK:      %gelu = drp.apply %x {drp.nodes = ["n"], function = #drp.function<gelu>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %gelu = onnx.Gelu(%x) {drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK:      %gelu_tanh = drp.apply %x {drp.nodes = ["n"], function = #drp.function<gelu_tanh>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %gelu_tanh = onnx.Gelu(%x) {approximate = "tanh", drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    func.return
  }
}

// -----

builtin.module attributes {onnx.opsets = {"ai.onnx" = 24 : i64}} {
  func.func @main(%x: tensor<2x3xf32>) {
    // CHECK:      %swish = drp.apply %x {drp.nodes = ["n"], function = #drp.function<silu(1.5)>} : tensor<2x3xf32> -> tensor<2x3xf32>
    %swish = onnx.Swish(%x) {alpha = 1.5 : f32, drp.nodes = ["n"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    func.return
  }
}
