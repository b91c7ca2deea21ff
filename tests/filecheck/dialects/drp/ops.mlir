// RUN: drpc-opt %s | drpc-opt | filecheck %s
// RUN: drpc-opt %s --print-op-generic | drpc-opt | filecheck %s

// CHECK-LABEL: func.func @constants
func.func @constants() {
  // CHECK-NEXT: %floats = drp.constant #drp.tensor<[1.0, -2.5, 0x7fc00000] : tensor<3xf32>>
  %floats = drp.constant #drp.tensor<[1.0, -2.5, 0x7fc00000] : tensor<3xf32>>
  // CHECK-NEXT: %scalar = drp.constant #drp.tensor<[7] : tensor<i64>>
  %scalar = drp.constant #drp.tensor<[7] : tensor<i64>>
  // CHECK-NEXT: %empty = drp.constant #drp.tensor<[] : tensor<0x4xf32>>
  %empty = drp.constant #drp.tensor<[] : tensor<0x4xf32>>
  // CHECK-NEXT: %truth = drp.constant #drp.tensor<[true, false] : tensor<2xi1>>
  %truth = drp.constant #drp.tensor<[true, false] : tensor<2xi1>>
  // CHECK-NEXT: %text = drp.constant #drp.tensor<["a", "b\22c"] : tensor<2x!onnx.string>>
  %text = drp.constant #drp.tensor<["a", "b\"c"] : tensor<2x!onnx.string>>
  // CHECK-NEXT: %complex = drp.constant #drp.tensor<[(1.0, -0.5)] : tensor<1xcomplex<f32>>>
  %complex = drp.constant #drp.tensor<[(1.0, -0.5)] : tensor<1xcomplex<f32>>>
  // CHECK-NEXT: %named = drp.constant #drp.tensor<[1.0] : tensor<1xf16>> {drp.nodes = ["const1"]}
  %named = drp.constant #drp.tensor<[1.0] : tensor<1xf16>> {drp.nodes = ["const1"]}
  // CHECK-NEXT: %large = drp.constant #drp.tensor<"00112233445566778899aabbccddeeff" : tensor<64x3x7x7xf32>>
  %large = drp.constant #drp.tensor<"00112233445566778899aabbccddeeff" : tensor<64x3x7x7xf32>>
  func.return
}

// CHECK-LABEL: func.func @ai_mac
func.func @ai_mac(%x : tensor<1x8x9x9xf32>, %w : tensor<16x8x3x3xf32>, %depthwise : tensor<8x1x3x3xf32>, %b : tensor<16xf32>, %r : tensor<1x16x5x5xf32>, %t : tensor<8x4x2x2xf32>, %tb : tensor<8xf32>, %m : tensor<2x5x8xf32>, %n : tensor<8x6xf32>, %mb : tensor<6xf32>) {
  // CHECK-NEXT: %plain = drp.conv %x, %w : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x7x7xf32>
  %plain = drp.conv %x, %w : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x7x7xf32>
  // CHECK-NEXT: %fused = drp.conv %x, %w bias %b : tensor<16xf32> residual %r : tensor<1x16x5x5xf32> {drp.nodes = ["conv", "add", "relu"], strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, activation = #drp.function<clip(0.0, 6.0)>, output_activation = #drp.function<relu>} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x5x5xf32>
  %fused = drp.conv %x, %w bias %b : tensor<16xf32> residual %r : tensor<1x16x5x5xf32> {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, activation = #drp.function<clip(0.0, 6.0)>, output_activation = #drp.function<relu>, drp.nodes = ["conv", "add", "relu"]} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x5x5xf32>
  // CHECK-NEXT: %grouped = drp.conv %x, %depthwise {dilations = array<i64: 2, 2>, pads = array<i64: 0, 1, 2, 3>, groups = 8 : i64} : tensor<1x8x9x9xf32>, tensor<8x1x3x3xf32> -> tensor<1x8x7x9xf32>
  %grouped = drp.conv %x, %depthwise {dilations = array<i64: 2, 2>, pads = array<i64: 0, 1, 2, 3>, groups = 8 : i64} : tensor<1x8x9x9xf32>, tensor<8x1x3x3xf32> -> tensor<1x8x7x9xf32>
  // CHECK-NEXT: %up = drp.conv_transpose %x, %t bias %tb : tensor<8xf32> {strides = array<i64: 2, 2>, pads = array<i64: 1, 0, 0, 1>, output_padding = array<i64: 1, 0>, groups = 2 : i64, activation = #drp.function<leaky_relu(0.1)>} : tensor<1x8x9x9xf32>, tensor<8x4x2x2xf32> -> tensor<1x8x18x17xf32>
  %up = drp.conv_transpose %x, %t bias %tb : tensor<8xf32> {strides = array<i64: 2, 2>, pads = array<i64: 1, 0, 0, 1>, output_padding = array<i64: 1, 0>, groups = 2 : i64, activation = #drp.function<leaky_relu(0.1)>} : tensor<1x8x9x9xf32>, tensor<8x4x2x2xf32> -> tensor<1x8x18x17xf32>
  // CHECK-NEXT: %spread = drp.conv_transpose %x, %t {dilations = array<i64: 3, 1>} : tensor<1x8x9x9xf32>, tensor<8x4x2x2xf32> -> tensor<1x4x12x10xf32>
  %spread = drp.conv_transpose %x, %t {dilations = array<i64: 3, 1>} : tensor<1x8x9x9xf32>, tensor<8x4x2x2xf32> -> tensor<1x4x12x10xf32>
  // CHECK-NEXT: %product = drp.matmul %m, %n : tensor<2x5x8xf32>, tensor<8x6xf32> -> tensor<2x5x6xf32>
  %product = drp.matmul %m, %n : tensor<2x5x8xf32>, tensor<8x6xf32> -> tensor<2x5x6xf32>
  // CHECK-NEXT: %connected = drp.matmul %m, %n bias %mb : tensor<6xf32> {activation = #drp.function<gelu>} : tensor<2x5x8xf32>, tensor<8x6xf32> -> tensor<2x5x6xf32>
  %connected = drp.matmul %m, %n bias %mb : tensor<6xf32> {activation = #drp.function<gelu>} : tensor<2x5x8xf32>, tensor<8x6xf32> -> tensor<2x5x6xf32>
  func.return
}

// CHECK-LABEL: func.func @elementwise
func.func @elementwise(%x : tensor<2x3xf32>, %row : tensor<3xf32>, %p : tensor<2x3xi1>, %q : tensor<1x3xi1>, %h : tensor<2x3xf16>, %d : tensor<2x3xf64>, %g : tensor<2x3xbf16>, %i : tensor<2x3xi64>) {
  // CHECK-NEXT: %apply = drp.apply %x {function = #drp.function<hard_sigmoid(0.2, 0.5)>} : tensor<2x3xf32> -> tensor<2x3xf32>
  %apply = drp.apply %x {function = #drp.function<hard_sigmoid(0.2, 0.5)>} : tensor<2x3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %half = drp.apply %h {function = #drp.function<exp>} : tensor<2x3xf16> -> tensor<2x3xf16>
  %half = drp.apply %h {function = #drp.function<exp>} : tensor<2x3xf16> -> tensor<2x3xf16>
  // CHECK-NEXT: %double = drp.apply %d {function = #drp.function<clip(0xfff0000000000000, 1.0)>} : tensor<2x3xf64> -> tensor<2x3xf64>
  %double = drp.apply %d {function = #drp.function<clip(0xfff0000000000000, 1.0)>} : tensor<2x3xf64> -> tensor<2x3xf64>
  // CHECK-NEXT: %brain = drp.apply %g {function = #drp.function<tanh>} : tensor<2x3xbf16> -> tensor<2x3xbf16>
  %brain = drp.apply %g {function = #drp.function<tanh>} : tensor<2x3xbf16> -> tensor<2x3xbf16>
  // CHECK-NEXT: %add = drp.add %x, %row {activation = #drp.function<relu>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %add = drp.add %x, %row {activation = #drp.function<relu>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %sub = drp.sub %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %sub = drp.sub %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %mul = drp.mul %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %mul = drp.mul %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %div = drp.div %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %div = drp.div %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %pow = drp.pow %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %pow = drp.pow %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %max = drp.max %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %max = drp.max %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %min = drp.min %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %min = drp.min %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %mod = drp.mod %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %mod = drp.mod %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %prelu = drp.prelu %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %prelu = drp.prelu %x, %row : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %equal = drp.compare %i, %i {predicate = #drp<predicate equal>} : tensor<2x3xi64>, tensor<2x3xi64> -> tensor<2x3xi1>
  %equal = drp.compare %i, %i {predicate = #drp<predicate equal>} : tensor<2x3xi64>, tensor<2x3xi64> -> tensor<2x3xi1>
  // CHECK-NEXT: %less = drp.compare %x, %row {predicate = #drp<predicate less>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  %less = drp.compare %x, %row {predicate = #drp<predicate less>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  // CHECK-NEXT: %at_most = drp.compare %x, %row {predicate = #drp<predicate less_or_equal>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  %at_most = drp.compare %x, %row {predicate = #drp<predicate less_or_equal>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  // CHECK-NEXT: %greater = drp.compare %x, %row {predicate = #drp<predicate greater>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  %greater = drp.compare %x, %row {predicate = #drp<predicate greater>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  // CHECK-NEXT: %at_least = drp.compare %x, %row {predicate = #drp<predicate greater_or_equal>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  %at_least = drp.compare %x, %row {predicate = #drp<predicate greater_or_equal>} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>
  // CHECK-NEXT: %and = drp.logical %p, %q {kind = #drp<logical_kind and>} : tensor<2x3xi1>, tensor<1x3xi1> -> tensor<2x3xi1>
  %and = drp.logical %p, %q {kind = #drp<logical_kind and>} : tensor<2x3xi1>, tensor<1x3xi1> -> tensor<2x3xi1>
  // CHECK-NEXT: %or = drp.logical %p, %q {kind = #drp<logical_kind or>} : tensor<2x3xi1>, tensor<1x3xi1> -> tensor<2x3xi1>
  %or = drp.logical %p, %q {kind = #drp<logical_kind or>} : tensor<2x3xi1>, tensor<1x3xi1> -> tensor<2x3xi1>
  // CHECK-NEXT: %xor = drp.logical %p, %q {kind = #drp<logical_kind xor>} : tensor<2x3xi1>, tensor<1x3xi1> -> tensor<2x3xi1>
  %xor = drp.logical %p, %q {kind = #drp<logical_kind xor>} : tensor<2x3xi1>, tensor<1x3xi1> -> tensor<2x3xi1>
  // CHECK-NEXT: %not = drp.not %p : tensor<2x3xi1> -> tensor<2x3xi1>
  %not = drp.not %p : tensor<2x3xi1> -> tensor<2x3xi1>
  // CHECK-NEXT: %nan = drp.is_nan %x : tensor<2x3xf32> -> tensor<2x3xi1>
  %nan = drp.is_nan %x : tensor<2x3xf32> -> tensor<2x3xi1>
  // CHECK-NEXT: %select = drp.select %q, %x, %row : tensor<1x3xi1>, tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  %select = drp.select %q, %x, %row : tensor<1x3xi1>, tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>
  // CHECK-NEXT: %cast = drp.cast %i : tensor<2x3xi64> -> tensor<2x3xf32>
  %cast = drp.cast %i : tensor<2x3xi64> -> tensor<2x3xf32>
  func.return
}

// CHECK-LABEL: func.func @quantisation
func.func @quantisation(%x : tensor<2x3xf32>, %s : tensor<f32>, %z : tensor<i8>, %ss : tensor<3xf32>, %zz : tensor<3xui8>, %y : tensor<2x3xi8>) {
  // CHECK-NEXT: %per_tensor = drp.quantize %x, %s, %z : tensor<2x3xf32>, tensor<f32>, tensor<i8> -> tensor<2x3xi8>
  %per_tensor = drp.quantize %x, %s, %z : tensor<2x3xf32>, tensor<f32>, tensor<i8> -> tensor<2x3xi8>
  // CHECK-NEXT: %per_axis = drp.quantize %x, %ss, %zz {axis = 1 : i64} : tensor<2x3xf32>, tensor<3xf32>, tensor<3xui8> -> tensor<2x3xui8>
  %per_axis = drp.quantize %x, %ss, %zz {axis = 1 : i64} : tensor<2x3xf32>, tensor<3xf32>, tensor<3xui8> -> tensor<2x3xui8>
  // CHECK-NEXT: %real = drp.dequantize %y, %s, %z : tensor<2x3xi8>, tensor<f32>, tensor<i8> -> tensor<2x3xf32>
  %real = drp.dequantize %y, %s, %z : tensor<2x3xi8>, tensor<f32>, tensor<i8> -> tensor<2x3xf32>
  func.return
}

// CHECK-LABEL: func.func @reductions
func.func @reductions(%x : tensor<1x4x7x7xf32>, %c : tensor<4xf32>, %w : tensor<7xf32>) {
  // CHECK-NEXT: %largest = drp.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x4x7x7xf32> -> tensor<1x4x3x3xf32>
  %largest = drp.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x4x7x7xf32> -> tensor<1x4x3x3xf32>
  // CHECK-NEXT: %hanging = drp.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x4x7x7xf32> -> tensor<1x4x4x4xf32>
  %hanging = drp.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : tensor<1x4x7x7xf32> -> tensor<1x4x4x4xf32>
  // CHECK-NEXT: %mean = drp.average_pool %x {kernel = array<i64: 3, 3>, dilations = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = true} : tensor<1x4x7x7xf32> -> tensor<1x4x5x5xf32>
  %mean = drp.average_pool %x {kernel = array<i64: 3, 3>, dilations = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = true} : tensor<1x4x7x7xf32> -> tensor<1x4x5x5xf32>
  // CHECK-NEXT: %sum = drp.reduce %x {kind = #drp<reduce_kind sum>, axes = array<i64: 2, 3>} : tensor<1x4x7x7xf32> -> tensor<1x4x1x1xf32>
  %sum = drp.reduce %x {kind = #drp<reduce_kind sum>, axes = array<i64: 2, 3>} : tensor<1x4x7x7xf32> -> tensor<1x4x1x1xf32>
  // CHECK-NEXT: %mean_of = drp.reduce %x {kind = #drp<reduce_kind mean>, axes = array<i64: 2, 3>, keep = false} : tensor<1x4x7x7xf32> -> tensor<1x4xf32>
  %mean_of = drp.reduce %x {kind = #drp<reduce_kind mean>, axes = array<i64: 2, 3>, keep = false} : tensor<1x4x7x7xf32> -> tensor<1x4xf32>
  // CHECK-NEXT: %max = drp.reduce %x {kind = #drp<reduce_kind max>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  %max = drp.reduce %x {kind = #drp<reduce_kind max>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  // CHECK-NEXT: %min = drp.reduce %x {kind = #drp<reduce_kind min>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  %min = drp.reduce %x {kind = #drp<reduce_kind min>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  // CHECK-NEXT: %prod = drp.reduce %x {kind = #drp<reduce_kind prod>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  %prod = drp.reduce %x {kind = #drp<reduce_kind prod>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  // CHECK-NEXT: %l1 = drp.reduce %x {kind = #drp<reduce_kind l1>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  %l1 = drp.reduce %x {kind = #drp<reduce_kind l1>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  // CHECK-NEXT: %l2 = drp.reduce %x {kind = #drp<reduce_kind l2>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  %l2 = drp.reduce %x {kind = #drp<reduce_kind l2>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  // CHECK-NEXT: %sum_square = drp.reduce %x {kind = #drp<reduce_kind sum_square>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  %sum_square = drp.reduce %x {kind = #drp<reduce_kind sum_square>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  // CHECK-NEXT: %log_sum = drp.reduce %x {kind = #drp<reduce_kind log_sum>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  %log_sum = drp.reduce %x {kind = #drp<reduce_kind log_sum>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  // CHECK-NEXT: %log_sum_exp = drp.reduce %x {kind = #drp<reduce_kind log_sum_exp>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  %log_sum_exp = drp.reduce %x {kind = #drp<reduce_kind log_sum_exp>, axes = array<i64: 1>} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xf32>
  // CHECK-NEXT: %first_max = drp.argmax %x {axis = 1 : i64} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xi64>
  %first_max = drp.argmax %x {axis = 1 : i64} : tensor<1x4x7x7xf32> -> tensor<1x1x7x7xi64>
  // CHECK-NEXT: %last_min = drp.argmin %x {axis = 3 : i64, keep = false, last = true} : tensor<1x4x7x7xf32> -> tensor<1x4x7xi64>
  %last_min = drp.argmin %x {axis = 3 : i64, keep = false, last = true} : tensor<1x4x7x7xf32> -> tensor<1x4x7xi64>
  // CHECK-NEXT: %softmax = drp.softmax %x {axis = 1 : i64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  %softmax = drp.softmax %x {axis = 1 : i64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  // CHECK-NEXT: %log_softmax = drp.log_softmax %x {axis = 3 : i64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  %log_softmax = drp.log_softmax %x {axis = 3 : i64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  // CHECK-NEXT: %layer = drp.layer_norm %x scale %w : tensor<7xf32> shift %w : tensor<7xf32> {axis = 3 : i64, epsilon = 1.000000e-03 : f64, activation = #drp.function<silu(1.0)>} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  %layer = drp.layer_norm %x scale %w : tensor<7xf32> shift %w : tensor<7xf32> {axis = 3 : i64, epsilon = 0.001 : f64, activation = #drp.function<silu(1.0)>} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  // CHECK-NEXT: %rms = drp.rms_norm %x scale %w : tensor<7xf32> {axis = 2 : i64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  %rms = drp.rms_norm %x scale %w : tensor<7xf32> {axis = 2 : i64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  // CHECK-NEXT: %group = drp.group_norm %x scale %c : tensor<4xf32> shift %c : tensor<4xf32> {groups = 2 : i64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  %group = drp.group_norm %x scale %c : tensor<4xf32> shift %c : tensor<4xf32> {groups = 2 : i64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  // CHECK-NEXT: %scaled = drp.scale_shift %x, %c, %c {activation = #drp.function<relu>} : tensor<1x4x7x7xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<1x4x7x7xf32>
  %scaled = drp.scale_shift %x, %c, %c {activation = #drp.function<relu>} : tensor<1x4x7x7xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<1x4x7x7xf32>
  // CHECK-NEXT: %lrn = drp.local_response_norm %x {size = 5 : i64, alpha = 1.000000e-04 : f64, beta = 7.500000e-01 : f64, bias = 1.000000e+00 : f64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  %lrn = drp.local_response_norm %x {size = 5 : i64, alpha = 0.0001 : f64, beta = 0.75 : f64, bias = 1.000000e+00 : f64} : tensor<1x4x7x7xf32> -> tensor<1x4x7x7xf32>
  func.return
}

// CHECK-LABEL: func.func @movement
func.func @movement(%x : tensor<2x3x4xf32>, %i : tensor<2x1x4xi32>) {
  // CHECK-NEXT: %reshape = drp.reshape %x : tensor<2x3x4xf32> -> tensor<6x4xf32>
  %reshape = drp.reshape %x : tensor<2x3x4xf32> -> tensor<6x4xf32>
  // CHECK-NEXT: %transpose = drp.transpose %x {permutation = array<i64: 2, 0, 1>} : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
  %transpose = drp.transpose %x {permutation = array<i64: 2, 0, 1>} : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
  // CHECK-NEXT: %broadcast = drp.broadcast %i : tensor<2x1x4xi32> -> tensor<5x2x3x4xi32>
  %broadcast = drp.broadcast %i : tensor<2x1x4xi32> -> tensor<5x2x3x4xi32>
  // CHECK-NEXT: %tile = drp.tile %x {repeats = array<i64: 1, 2, 3>} : tensor<2x3x4xf32> -> tensor<2x6x12xf32>
  %tile = drp.tile %x {repeats = array<i64: 1, 2, 3>} : tensor<2x3x4xf32> -> tensor<2x6x12xf32>
  // CHECK-NEXT: %concat = drp.concat %x, %x, %x {axis = 1 : i64} : tensor<2x3x4xf32>, tensor<2x3x4xf32>, tensor<2x3x4xf32> -> tensor<2x9x4xf32>
  %concat = drp.concat %x, %x, %x {axis = 1 : i64} : tensor<2x3x4xf32>, tensor<2x3x4xf32>, tensor<2x3x4xf32> -> tensor<2x9x4xf32>
  // CHECK-NEXT: %slice = drp.slice %x {offsets = array<i64: 0, 2, 3>, sizes = array<i64: 2, 2, 2>, steps = array<i64: 1, -1, -3>} : tensor<2x3x4xf32> -> tensor<2x2x2xf32>
  %slice = drp.slice %x {offsets = array<i64: 0, 2, 3>, sizes = array<i64: 2, 2, 2>, steps = array<i64: 1, -1, -3>} : tensor<2x3x4xf32> -> tensor<2x2x2xf32>
  // CHECK-NEXT: %nothing = drp.slice %x {offsets = array<i64: 0, 0, 0>, sizes = array<i64: 0, 3, 4>, steps = array<i64: 1, 1, 1>} : tensor<2x3x4xf32> -> tensor<0x3x4xf32>
  %nothing = drp.slice %x {offsets = array<i64: 0, 0, 0>, sizes = array<i64: 0, 3, 4>, steps = array<i64: 1, 1, 1>} : tensor<2x3x4xf32> -> tensor<0x3x4xf32>
  // CHECK-NEXT: %filled = drp.pad %x {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, value = 0xfff0000000000000 : f64} : tensor<2x3x4xf32> -> tensor<2x4x6xf32>
  %filled = drp.pad %x {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, value = 0xFFF0000000000000 : f64} : tensor<2x3x4xf32> -> tensor<2x4x6xf32>
  // CHECK-NEXT: %reflected = drp.pad %x {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, mode = #drp<pad_mode reflect>} : tensor<2x3x4xf32> -> tensor<2x4x6xf32>
  %reflected = drp.pad %x {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, mode = #drp<pad_mode reflect>} : tensor<2x3x4xf32> -> tensor<2x4x6xf32>
  // CHECK-NEXT: %stretched = drp.pad %x {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, mode = #drp<pad_mode edge>} : tensor<2x3x4xf32> -> tensor<2x4x6xf32>
  %stretched = drp.pad %x {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, mode = #drp<pad_mode edge>} : tensor<2x3x4xf32> -> tensor<2x4x6xf32>
  // CHECK-NEXT: %wrapped = drp.pad %i {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, mode = #drp<pad_mode wrap>} : tensor<2x1x4xi32> -> tensor<2x2x6xi32>
  %wrapped = drp.pad %i {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, mode = #drp<pad_mode wrap>} : tensor<2x1x4xi32> -> tensor<2x2x6xi32>
  // CHECK-NEXT: %gather = drp.gather %x {axis = 1 : i64, indices = array<i64: 2, 0, 0, 1>} : tensor<2x3x4xf32> -> tensor<2x4x4xf32>
  %gather = drp.gather %x {axis = 1 : i64, indices = array<i64: 2, 0, 0, 1>} : tensor<2x3x4xf32> -> tensor<2x4x4xf32>
  // CHECK-NEXT: %nearest = drp.resize %x {scales = array<f64: 1.000000e+00, 2.000000e+00, 5.000000e-01>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode asymmetric>, rounding = #drp<nearest_mode floor>} : tensor<2x3x4xf32> -> tensor<2x6x2xf32>
  %nearest = drp.resize %x {scales = array<f64: 1.0, 2.0, 0.5>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode asymmetric>, rounding = #drp<nearest_mode floor>} : tensor<2x3x4xf32> -> tensor<2x6x2xf32>
  // CHECK-NEXT: %nearest_up = drp.resize %x {scales = array<f64: 1.000000e+00, 2.000000e+00, 1.000000e+00>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode half_pixel_symmetric>, rounding = #drp<nearest_mode ceil>} : tensor<2x3x4xf32> -> tensor<2x6x4xf32>
  %nearest_up = drp.resize %x {scales = array<f64: 1.0, 2.0, 1.0>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode half_pixel_symmetric>, rounding = #drp<nearest_mode ceil>} : tensor<2x3x4xf32> -> tensor<2x6x4xf32>
  // CHECK-NEXT: %nearest_half = drp.resize %x {scales = array<f64: 1.000000e+00, 2.000000e+00, 1.000000e+00>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode pytorch_half_pixel>, rounding = #drp<nearest_mode round_prefer_ceil>} : tensor<2x3x4xf32> -> tensor<2x6x4xf32>
  %nearest_half = drp.resize %x {scales = array<f64: 1.0, 2.0, 1.0>, mode = #drp<resize_mode nearest>, coordinates = #drp<coordinate_mode pytorch_half_pixel>, rounding = #drp<nearest_mode round_prefer_ceil>} : tensor<2x3x4xf32> -> tensor<2x6x4xf32>
  // CHECK-NEXT: %linear = drp.resize %x {scales = array<f64: 1.000000e+00, 2.000000e+00, 2.000000e+00>, mode = #drp<resize_mode linear>} : tensor<2x3x4xf32> -> tensor<2x6x8xf32>
  %linear = drp.resize %x {scales = array<f64: 1.0, 2.0, 2.0>, mode = #drp<resize_mode linear>} : tensor<2x3x4xf32> -> tensor<2x6x8xf32>
  // CHECK-NEXT: %cubic = drp.resize %x {scales = array<f64: 1.000000e+00, 2.000000e+00, 2.000000e+00>, mode = #drp<resize_mode cubic>, coordinates = #drp<coordinate_mode align_corners>, cubic_coefficient = -5.000000e-01 : f64, exclude_outside = true} : tensor<2x3x4xf32> -> tensor<2x6x8xf32>
  %cubic = drp.resize %x {scales = array<f64: 1.0, 2.0, 2.0>, mode = #drp<resize_mode cubic>, coordinates = #drp<coordinate_mode align_corners>, cubic_coefficient = -0.5 : f64, exclude_outside = true} : tensor<2x3x4xf32> -> tensor<2x6x8xf32>
  func.return
}

// CHECK-LABEL: func.func @on_the_cpu
func.func @on_the_cpu(%x : tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK-NEXT: %y = drp.cpu %x attributes {drp.nodes = ["det"]} {
  %y = drp.cpu %x attributes {drp.nodes = ["det"]} {
  // CHECK-NEXT: ^bb0(%a: tensor<2x3xf32>):
  ^bb0(%a : tensor<2x3xf32>):
    // CHECK-NEXT: %r = onnx.Relu(%a) {drp.nodes = ["relu"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %r = onnx.Relu(%a) {drp.nodes = ["relu"]} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK-NEXT: drp.yield %r : tensor<2x3xf32>
    drp.yield %r : tensor<2x3xf32>
  // CHECK-NEXT: } : (tensor<2x3xf32>) -> tensor<2x3xf32>
  } : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK-NEXT: %made = drp.cpu {
  %made = drp.cpu {
    // CHECK-NEXT: %text = drp.constant #drp.tensor<["a"] : tensor<1x!onnx.string>>
    %text = drp.constant #drp.tensor<["a"] : tensor<1x!onnx.string>>
    // CHECK-NEXT: drp.yield %text : tensor<1x!onnx.string>
    drp.yield %text : tensor<1x!onnx.string>
  // CHECK-NEXT: } : () -> tensor<1x!onnx.string>
  } : () -> tensor<1x!onnx.string>
  // CHECK-NEXT: func.return %y : tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// Jobs on quantised tensors: bias in int32; parameters of normalisations may stay real.
// CHECK-LABEL: func.func @quantised
func.func @quantised(%x : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, %w : tensor<4x8x1x1x!quant.uniform<i8:f32:0, {0.1, 0.2, 0.3, 0.4}>>, %b : tensor<4x!quant.uniform<i32:f32:0, {0.01, 0.02, 0.03, 0.04}>>, %t : tensor<8x2x2x2x!quant.uniform<i8:f32:1, {0.1, 0.2}>>, %tb : tensor<4x!quant.uniform<i32:f32:0, {0.01, 0.02, 0.01, 0.02}>>, %a : tensor<2x3x!quant.uniform<ui8:f32, 0.1:128>>, %m : tensor<3x4x!quant.uniform<i8:f32:1, {0.1, 0.2, 0.3, 0.4}>>, %s : tensor<8xf32>) {
  // CHECK-NEXT: %conv = drp.conv %x, %w bias %b : tensor<4x!quant.uniform<i32:f32:0, {0.01, 0.02, 0.03, 0.04}>> {activation = #drp.function<clip(0.0, 6.0)>} : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, tensor<4x8x1x1x!quant.uniform<i8:f32:0, {0.1, 0.2, 0.3, 0.4}>> -> tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>>
  %conv = drp.conv %x, %w bias %b : tensor<4x!quant.uniform<i32:f32:0, {0.01, 0.02, 0.03, 0.04}>> {activation = #drp.function<clip(0.0, 6.0)>} : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, tensor<4x8x1x1x!quant.uniform<i8:f32:0, {0.1, 0.2, 0.3, 0.4}>> -> tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>>
  // CHECK-NEXT: %fused = drp.conv %x, %w residual %conv : tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>> {output_activation = #drp.function<relu>} : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, tensor<4x8x1x1x!quant.uniform<i8:f32:0, {0.1, 0.2, 0.3, 0.4}>> -> tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>>
  %fused = drp.conv %x, %w residual %conv : tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>> {output_activation = #drp.function<relu>} : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, tensor<4x8x1x1x!quant.uniform<i8:f32:0, {0.1, 0.2, 0.3, 0.4}>> -> tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>>
  // CHECK-NEXT: %up = drp.conv_transpose %x, %t bias %tb : tensor<4x!quant.uniform<i32:f32:0, {0.01, 0.02, 0.01, 0.02}>> {groups = 2 : i64, strides = array<i64: 2, 2>} : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, tensor<8x2x2x2x!quant.uniform<i8:f32:1, {0.1, 0.2}>> -> tensor<1x4x10x10x!quant.uniform<ui8:f32, 0.2:128>>
  %up = drp.conv_transpose %x, %t bias %tb : tensor<4x!quant.uniform<i32:f32:0, {0.01, 0.02, 0.01, 0.02}>> {groups = 2 : i64, strides = array<i64: 2, 2>} : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, tensor<8x2x2x2x!quant.uniform<i8:f32:1, {0.1, 0.2}>> -> tensor<1x4x10x10x!quant.uniform<ui8:f32, 0.2:128>>
  // CHECK-NEXT: %product = drp.matmul %a, %m : tensor<2x3x!quant.uniform<ui8:f32, 0.1:128>>, tensor<3x4x!quant.uniform<i8:f32:1, {0.1, 0.2, 0.3, 0.4}>> -> tensor<2x4x!quant.uniform<i8:f32, 0.5>>
  %product = drp.matmul %a, %m : tensor<2x3x!quant.uniform<ui8:f32, 0.1:128>>, tensor<3x4x!quant.uniform<i8:f32:1, {0.1, 0.2, 0.3, 0.4}>> -> tensor<2x4x!quant.uniform<i8:f32, 0.5>>
  // CHECK-NEXT: %sum = drp.add %conv, %conv : tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>>, tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>> -> tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>>
  %sum = drp.add %conv, %conv : tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>>, tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>> -> tensor<1x4x5x5x!quant.uniform<i8:f32, 0.2:-5>>
  // CHECK-NEXT: %norm = drp.scale_shift %x, %s, %s : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, tensor<8xf32>, tensor<8xf32> -> tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>
  %norm = drp.scale_shift %x, %s, %s : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>, tensor<8xf32>, tensor<8xf32> -> tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>>
  // CHECK-NEXT: %max = drp.max_pool %x {kernel = array<i64: 5, 5>} : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>> -> tensor<1x8x1x1x!quant.uniform<i8:f32, 0.1:3>>
  %max = drp.max_pool %x {kernel = array<i64: 5, 5>} : tensor<1x8x5x5x!quant.uniform<i8:f32, 0.1:3>> -> tensor<1x8x1x1x!quant.uniform<i8:f32, 0.1:3>>
  func.return
}

// A table for the stored numbers.
// CHECK-LABEL: func.func @lookup
func.func @lookup(%x : tensor<2x!quant.uniform<i8:f32, 0.1:3>>) {
  // CHECK-NEXT: %y = drp.lookup %x {table = #drp.tensor<[-128, -127, -126, -125, -124, -123, -122, -121, -120, -119, -118, -117, -116, -115, -114, -113, -112, -111, -110, -109, -108, -107, -106, -105, -104, -103, -102, -101, -100, -99, -98, -97, -96, -95, -94, -93, -92, -91, -90, -89, -88, -87, -86, -85, -84, -83, -82, -81, -80, -79, -78, -77, -76, -75, -74, -73, -72, -71, -70, -69, -68, -67, -66, -65, -64, -63, -62, -61, -60, -59, -58, -57, -56, -55, -54, -53, -52, -51, -50, -49, -48, -47, -46, -45, -44, -43, -42, -41, -40, -39, -38, -37, -36, -35, -34, -33, -32, -31, -30, -29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -19, -18, -17, -16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127] : tensor<256xi8>>} : tensor<2x!quant.uniform<i8:f32, 0.1:3>> -> tensor<2x!quant.uniform<i8:f32, 0.2:3>>
  %y = drp.lookup %x {table = #drp.tensor<[-128, -127, -126, -125, -124, -123, -122, -121, -120, -119, -118, -117, -116, -115, -114, -113, -112, -111, -110, -109, -108, -107, -106, -105, -104, -103, -102, -101, -100, -99, -98, -97, -96, -95, -94, -93, -92, -91, -90, -89, -88, -87, -86, -85, -84, -83, -82, -81, -80, -79, -78, -77, -76, -75, -74, -73, -72, -71, -70, -69, -68, -67, -66, -65, -64, -63, -62, -61, -60, -59, -58, -57, -56, -55, -54, -53, -52, -51, -50, -49, -48, -47, -46, -45, -44, -43, -42, -41, -40, -39, -38, -37, -36, -35, -34, -33, -32, -31, -30, -29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -19, -18, -17, -16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127] : tensor<256xi8>>} : tensor<2x!quant.uniform<i8:f32, 0.1:3>> -> tensor<2x!quant.uniform<i8:f32, 0.2:3>>
  func.return
}
