// RUN: drpc-opt %s --split-input-file --verify-diagnostics --parsing-diagnostics | filecheck %s

// What the verifiers and parsers of the drp dialect refuse.

// CHECK: expected a static shape, but got tensor<?x3xf32>
%x = "test.op"() : () -> tensor<?x3xf32>
%y = drp.apply %x {function = #drp.function<relu>} : tensor<?x3xf32> -> tensor<?x3xf32>

// -----

// CHECK: expected a result of shape (2, 3), but got (3, 2)
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.apply %x {function = #drp.function<relu>} : tensor<2x3xf32> -> tensor<3x2xf32>

// -----

// CHECK: expected one float type, or quantised types, but got f32, f16
%x = "test.op"() : () -> tensor<2xf32>
%z = "test.op"() : () -> tensor<2xf16>
%y = drp.add %x, %z : tensor<2xf32>, tensor<2xf16> -> tensor<2xf32>

// -----

// CHECK: expected one float type, or quantised types, but got i32
%x = "test.op"() : () -> tensor<2xi32>
%y = drp.add %x, %x : tensor<2xi32>, tensor<2xi32> -> tensor<2xi32>

// -----

// CHECK: expected one float type, or quantised types, but got f32, !quant.uniform<i8:f32, 0.5>
%x = "test.op"() : () -> tensor<2xf32>
%z = "test.op"() : () -> tensor<2x!quant.uniform<i8:f32, 0.5>>
%y = drp.add %x, %z : tensor<2xf32>, tensor<2x!quant.uniform<i8:f32, 0.5>> -> tensor<2xf32>

// -----

// CHECK: expected one element type, but got f16, f32
%x = "test.op"() : () -> tensor<2xf32>
%y = drp.reshape %x : tensor<2xf32> -> tensor<2xf16>

// -----

// CHECK: sofplus
%x = "test.op"() : () -> tensor<2xf32>
%y = drp.apply %x {function = #drp.function<sofplus>} : tensor<2xf32> -> tensor<2xf32>

// -----

// CHECK: clip takes 2 parameters (low, high), but got 1
%x = "test.op"() : () -> tensor<2xf32>
%y = drp.apply %x {function = #drp.function<clip(1.0)>} : tensor<2xf32> -> tensor<2xf32>

// -----

// CHECK: relu takes no parameters, but got 1
%x = "test.op"() : () -> tensor<2xf32>
%y = drp.apply %x {function = #drp.function<relu(1.0)>} : tensor<2xf32> -> tensor<2xf32>

// -----

// CHECK: expected x of rank 4, but got (8, 9)
%x = "test.op"() : () -> tensor<8x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w : tensor<8x9xf32>, tensor<16x8x3x3xf32> -> tensor<16x7xf32>

// -----

// CHECK: expected w of rank 4, but got (16, 8, 3)
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3xf32>
%y = drp.conv %x, %w : tensor<1x8x9x9xf32>, tensor<16x8x3xf32> -> tensor<1x16x7x7xf32>

// -----

// CHECK: expected 2 strides and 2 dilations
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w {strides = array<i64: 1>} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x7x7xf32>

// -----

// CHECK: expected 4 pads (top, left, bottom, right), but got 2
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w {pads = array<i64: 1, 1>} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x7x7xf32>

// -----

// CHECK: expected strides and dilations of at least 1 and pads of at least 0
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w {pads = array<i64: -1, 0, 0, 0>} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x6x7xf32>

// -----

// CHECK: expected strides and dilations of at least 1 and pads of at least 0
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w {strides = array<i64: 0, 1>} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x6x7xf32>

// -----

// CHECK: expected 2 groups to divide 8 input and 16 output channels with 8 input channels a group
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w {groups = 2 : i64} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x7x7xf32>

// -----

// CHECK: expected a result of positive height and width: the kernel is larger than the padded input
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w {dilations = array<i64: 5, 1>} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x0x7xf32>

// -----

// CHECK: expected a result of shape (1, 16, 7, 7), but got (1, 16, 9, 9)
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x9x9xf32>

// -----

// CHECK: expected a bias of shape (16,), but got tensor<8xf32>
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%b = "test.op"() : () -> tensor<8xf32>
%y = drp.conv %x, %w bias %b : tensor<8xf32> : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x7x7xf32>

// -----

// CHECK: expected a residual of the result's shape, got tensor<1x16x1x1xf32>
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%r = "test.op"() : () -> tensor<1x16x1x1xf32>
%y = drp.conv %x, %w residual %r : tensor<1x16x1x1xf32> : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x7x7xf32>

// -----

// CHECK: expected a residual where there is an output_activation
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<16x8x3x3xf32>
%y = drp.conv %x, %w {output_activation = #drp.function<relu>} : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> -> tensor<1x16x7x7xf32>

// -----

// CHECK: expected 3 groups to divide 8 = 8 input channels
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<8x4x2x2xf32>
%y = drp.conv_transpose %x, %w {groups = 3 : i64} : tensor<1x8x9x9xf32>, tensor<8x4x2x2xf32> -> tensor<1x12x10x10xf32>

// -----

// CHECK: expected a result of positive height and width: the padding leaves no output
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<8x4x2x2xf32>
%y = drp.conv_transpose %x, %w {pads = array<i64: 9, 0, 9, 0>} : tensor<1x8x9x9xf32>, tensor<8x4x2x2xf32> -> tensor<1x4x1x10xf32>

// -----

// CHECK: expected a bias of shape (8,), but got tensor<4xf32>
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<8x4x2x2xf32>
%b = "test.op"() : () -> tensor<4xf32>
%y = drp.conv_transpose %x, %w bias %b : tensor<4xf32> {groups = 2 : i64} : tensor<1x8x9x9xf32>, tensor<8x4x2x2xf32> -> tensor<1x8x10x10xf32>

// -----

// CHECK: expected 2 output paddings of at least 0
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%w = "test.op"() : () -> tensor<8x4x2x2xf32>
%y = drp.conv_transpose %x, %w {output_padding = array<i64: 1>} : tensor<1x8x9x9xf32>, tensor<8x4x2x2xf32> -> tensor<1x4x10x10xf32>

// -----

// CHECK: expected matrices (..., M, K) and (..., K, N), but got (2, 3) and (2, 3)
%a = "test.op"() : () -> tensor<2x3xf32>
%y = drp.matmul %a, %a : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>

// -----

// CHECK: expected shapes that broadcast, but got 2, 4
%a = "test.op"() : () -> tensor<2x3x5xf32>
%b = "test.op"() : () -> tensor<4x5x3xf32>
%y = drp.matmul %a, %b : tensor<2x3x5xf32>, tensor<4x5x3xf32> -> tensor<2x3x3xf32>

// -----

// CHECK: expected a bias of shape (5,), but got tensor<3xf32>
%a = "test.op"() : () -> tensor<2x3xf32>
%b = "test.op"() : () -> tensor<3x5xf32>
%c = "test.op"() : () -> tensor<3xf32>
%y = drp.matmul %a, %b bias %c : tensor<3xf32> : tensor<2x3xf32>, tensor<3x5xf32> -> tensor<2x5xf32>

// -----

// CHECK: expected shapes that broadcast, but got 2x3, 4
%a = "test.op"() : () -> tensor<2x3xf32>
%b = "test.op"() : () -> tensor<4xf32>
%y = drp.mul %a, %b : tensor<2x3xf32>, tensor<4xf32> -> tensor<2x3xf32>

// -----

// CHECK: expected a result of i1, but got tensor<2xf32>
%a = "test.op"() : () -> tensor<2xf32>
%y = drp.compare %a, %a {predicate = #drp<predicate less>} : tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>

// -----

// CHECK: expected operands of one element type, but got tensor<2xf32> and tensor<2xi64>
%a = "test.op"() : () -> tensor<2xf32>
%b = "test.op"() : () -> tensor<2xi64>
%y = drp.compare %a, %b {predicate = #drp<predicate less>} : tensor<2xf32>, tensor<2xi64> -> tensor<2xi1>

// -----

// CHECK: expected operands of i1
%a = "test.op"() : () -> tensor<2xf32>
%y = drp.logical %a, %a {kind = #drp<logical_kind and>} : tensor<2xf32>, tensor<2xf32> -> tensor<2xi1>

// -----

// CHECK: expected an operand of i1, but got tensor<2xf32>
%a = "test.op"() : () -> tensor<2xf32>
%y = drp.not %a : tensor<2xf32> -> tensor<2xi1>

// -----

// CHECK: expected a condition of i1 and one element type besides
%a = "test.op"() : () -> tensor<2xf32>
%y = drp.select %a, %a, %a : tensor<2xf32>, tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>

// -----

// CHECK: expected a condition of i1 and one element type besides
%c = "test.op"() : () -> tensor<2xi1>
%a = "test.op"() : () -> tensor<2xf32>
%b = "test.op"() : () -> tensor<2xf16>
%y = drp.select %c, %a, %b : tensor<2xi1>, tensor<2xf32>, tensor<2xf16> -> tensor<2xf32>

// -----

// CHECK: expected one zero point per scale, got (), (3,)
%x = "test.op"() : () -> tensor<2x3xf32>
%s = "test.op"() : () -> tensor<f32>
%z = "test.op"() : () -> tensor<3xi8>
%y = drp.quantize %x, %s, %z : tensor<2x3xf32>, tensor<f32>, tensor<3xi8> -> tensor<2x3xi8>

// -----

// CHECK: expected scales of shape () or (axis=0 of (2, 3)), got (3,)
%x = "test.op"() : () -> tensor<2x3xf32>
%s = "test.op"() : () -> tensor<3xf32>
%z = "test.op"() : () -> tensor<3xi8>
%y = drp.quantize %x, %s, %z : tensor<2x3xf32>, tensor<3xf32>, tensor<3xi8> -> tensor<2x3xi8>

// -----

// CHECK: expected scales of shape () or (axis=2 of (2, 3)), got (3,)
%x = "test.op"() : () -> tensor<2x3xf32>
%s = "test.op"() : () -> tensor<3xf32>
%z = "test.op"() : () -> tensor<3xi8>
%y = drp.quantize %x, %s, %z {axis = 2 : i64} : tensor<2x3xf32>, tensor<3xf32>, tensor<3xi8> -> tensor<2x3xi8>

// -----

// CHECK: expected a zero point of the stored type tensor<2x3xui8>, got tensor<i8>
%x = "test.op"() : () -> tensor<2x3xf32>
%s = "test.op"() : () -> tensor<f32>
%z = "test.op"() : () -> tensor<i8>
%y = drp.quantize %x, %s, %z : tensor<2x3xf32>, tensor<f32>, tensor<i8> -> tensor<2x3xui8>

// -----

// CHECK: expected a zero point of the stored type tensor<2x3xi8>, got tensor<ui8>
%x = "test.op"() : () -> tensor<2x3xi8>
%s = "test.op"() : () -> tensor<f32>
%z = "test.op"() : () -> tensor<ui8>
%y = drp.dequantize %x, %s, %z : tensor<2x3xi8>, tensor<f32>, tensor<ui8> -> tensor<2x3xf32>

// -----

// CHECK: expected x of rank 4, but got tensor<8x9xf32>
%x = "test.op"() : () -> tensor<8x9xf32>
%y = drp.max_pool %x {kernel = array<i64: 2, 2>} : tensor<8x9xf32> -> tensor<7x8xf32>

// -----

// CHECK: expected a kernel of 2 sizes of at least 1, got [2]
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.max_pool %x {kernel = array<i64: 2>} : tensor<1x8x9x9xf32> -> tensor<1x8x8x8xf32>

// -----

// CHECK: expected 4 pads (top, left, bottom, right), but got 2
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.average_pool %x {kernel = array<i64: 2, 2>, pads = array<i64: 0, 0>} : tensor<1x8x9x9xf32> -> tensor<1x8x8x8xf32>

// -----

// CHECK: expected strides and dilations of at least 1 and pads of at least 0
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.average_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 0, 1>} : tensor<1x8x9x9xf32> -> tensor<1x8x8x8xf32>

// -----

// CHECK: expected a result of shape (1, 8, 4, 4), but got (1, 8, 6, 6)
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x8x9x9xf32> -> tensor<1x8x6x6xf32>

// -----

// CHECK: expected distinct axes in [0, 4), but got [2, 2]
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.reduce %x {kind = #drp<reduce_kind sum>, axes = array<i64: 2, 2>} : tensor<1x8x9x9xf32> -> tensor<1x8x1x9xf32>

// -----

// CHECK: expected distinct axes in [0, 4), but got [4]
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.argmax %x {axis = 4 : i64} : tensor<1x8x9x9xf32> -> tensor<1x8x9x9xi64>

// -----

// CHECK: expected a result of i64, but got tensor<1x1x9x9xi32>
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.argmin %x {axis = 1 : i64} : tensor<1x8x9x9xf32> -> tensor<1x1x9x9xi32>

// -----

// CHECK: expected distinct axes in [0, 4), but got [-1]
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.softmax %x {axis = -1 : i64} : tensor<1x8x9x9xf32> -> tensor<1x8x9x9xf32>

// -----

// CHECK: expected distinct axes in [0, 4), but got [4]
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.layer_norm %x {axis = 4 : i64} : tensor<1x8x9x9xf32> -> tensor<1x8x9x9xf32>

// -----

// CHECK: expected a scale that broadcasts to (9,)
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%s = "test.op"() : () -> tensor<2x9xf32>
%y = drp.rms_norm %x scale %s : tensor<2x9xf32> {axis = 3 : i64} : tensor<1x8x9x9xf32> -> tensor<1x8x9x9xf32>

// -----

// CHECK: expected 3 groups to divide the channels of (1, 8, 9, 9)
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.group_norm %x {groups = 3 : i64} : tensor<1x8x9x9xf32> -> tensor<1x8x9x9xf32>

// -----

// CHECK: expected scale and shift of shape (8,)
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%s = "test.op"() : () -> tensor<2xf32>
%y = drp.group_norm %x scale %s : tensor<2xf32> {groups = 2 : i64} : tensor<1x8x9x9xf32> -> tensor<1x8x9x9xf32>

// -----

// CHECK: expected scale and shift of one number per channel of (1, 8, 9, 9)
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%s = "test.op"() : () -> tensor<9xf32>
%y = drp.scale_shift %x, %s, %s : tensor<1x8x9x9xf32>, tensor<9xf32>, tensor<9xf32> -> tensor<1x8x9x9xf32>

// -----

// CHECK: expected x of (N, C, ...) and a size of at least 1, got 0
%x = "test.op"() : () -> tensor<1x8x9x9xf32>
%y = drp.local_response_norm %x {size = 0 : i64, alpha = 1.0 : f64, beta = 0.75 : f64, bias = 1.0 : f64} : tensor<1x8x9x9xf32> -> tensor<1x8x9x9xf32>

// -----

// CHECK: expected as many elements as (2, 3) has, but got (5,)
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.reshape %x : tensor<2x3xf32> -> tensor<5xf32>

// -----

// CHECK: expected a permutation of 2 axes, got (0, 0)
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.transpose %x {permutation = array<i64: 0, 0>} : tensor<2x3xf32> -> tensor<2x2xf32>

// -----

// CHECK: expected shapes that broadcast, but got 2x3, 4x4
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.broadcast %x : tensor<2x3xf32> -> tensor<4x4xf32>

// -----

// CHECK: expected a result of shape (2, 3), but got (1, 3)
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.broadcast %x : tensor<2x3xf32> -> tensor<1x3xf32>

// -----

// CHECK: expected 2 repeats of at least 0, got [1]
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.tile %x {repeats = array<i64: 1>} : tensor<2x3xf32> -> tensor<2x3xf32>

// -----

// CHECK: expected at least one tensor to join
%y = "drp.concat"() <{axis = 0 : i64}> : () -> tensor<2xf32>

// -----

// CHECK: expected sizes that agree but for axis 0: (2, 3), (2, 4)
%x = "test.op"() : () -> tensor<2x3xf32>
%z = "test.op"() : () -> tensor<2x4xf32>
%y = drp.concat %x, %z {axis = 0 : i64} : tensor<2x3xf32>, tensor<2x4xf32> -> tensor<4x3xf32>

// -----

// CHECK: expected distinct axes in [0, 2), but got [2]
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.concat %x {axis = 2 : i64} : tensor<2x3xf32> -> tensor<2x3xf32>

// -----

// CHECK: expected an offset, a size and a step for each axis of (2, 3)
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.slice %x {offsets = array<i64: 0>, sizes = array<i64: 2>, steps = array<i64: 1>} : tensor<2x3xf32> -> tensor<2xf32>

// -----

// CHECK: expected elements within an axis of 3, but got 2 from 2 on in steps of 1
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.slice %x {offsets = array<i64: 0, 2>, sizes = array<i64: 2, 2>, steps = array<i64: 1, 1>} : tensor<2x3xf32> -> tensor<2x2xf32>

// -----

// CHECK: expected elements within an axis of 3, but got 1 from 0 on in steps of 0
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.slice %x {offsets = array<i64: 0, 0>, sizes = array<i64: 2, 1>, steps = array<i64: 1, 0>} : tensor<2x3xf32> -> tensor<2x1xf32>

// -----

// CHECK: expected pads of at least 0 for each axis of (2, 3)
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.pad %x {low = array<i64: 0, -1>, high = array<i64: 0, 0>} : tensor<2x3xf32> -> tensor<2x2xf32>

// -----

// CHECK: expected distinct axes in [0, 2), but got [5]
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.gather %x {axis = 5 : i64, indices = array<i64: 0>} : tensor<2x3xf32> -> tensor<2x1xf32>

// -----

// CHECK: expected indices in [0, 3)
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.gather %x {axis = 1 : i64, indices = array<i64: 0, 3>} : tensor<2x3xf32> -> tensor<2x2xf32>

// -----

// CHECK: expected a positive scale for each axis of (2, 3) and (2, 6)
%x = "test.op"() : () -> tensor<2x3xf32>
%y = drp.resize %x {scales = array<f64: 1.0, 0.0>, mode = #drp<resize_mode linear>} : tensor<2x3xf32> -> tensor<2x6xf32>

// -----

// CHECK: expected tensor<2xf32>, but got tensor<3xf32>
%y = "drp.constant"() <{value = #drp.tensor<[1.0, 2.0] : tensor<2xf32>>}> : () -> tensor<3xf32>

// -----

// CHECK: expected a block argument of each input's type
%x = "test.op"() : () -> tensor<2xf32>
%y = "drp.cpu"(%x) ({
^bb0(%a: tensor<3xf32>):
  drp.yield %a : tensor<3xf32>
}) : (tensor<2xf32>) -> tensor<3xf32>

// -----

// CHECK: expected the region to end in drp.yield
drp.cpu {
  "test.termop"() : () -> ()
} : () -> ()

// -----

// CHECK: expected drp.yield to give each result's type
%x = "test.op"() : () -> tensor<2xf32>
%y = drp.cpu %x {
^bb0(%a: tensor<2xf32>):
  drp.yield
} : (tensor<2xf32>) -> tensor<2xf32>

// -----

// CHECK: 'drp.yield' expects parent op 'drp.cpu'
drp.yield

// -----

// CHECK: expected #drp.tensor<...>
%y = drp.constant 1 : i64

// -----

// CHECK: expected a tensor type of static shape
%y = drp.constant #drp.tensor<[1] : i64>

// -----

// CHECK: expected elements of tensor<3xf32>: cannot reshape array of size 2 into shape (3,)
%y = drp.constant #drp.tensor<[1.0, 2.0] : tensor<3xf32>>

// -----

// CHECK: expected elements of tensor<1xi8>: 300 is out of the range of int8
%y = drp.constant #drp.tensor<[300] : tensor<1xi8>>

// -----

// CHECK: expected elements of tensor<1xi8>: expected an integer, but got 0.5
%y = drp.constant #drp.tensor<[0.5] : tensor<1xi8>>

// -----

// CHECK: expected a tensor type of static shape
%y = drp.constant #drp.tensor<[1.0] : tensor<?xf32>>

// -----

// CHECK: expected a tensor type of static shape
%y = drp.constant #drp.tensor<"00" : tensor<?xf32>>

// -----

// CHECK: expected elements of tensor<1xi3>
%y = drp.constant #drp.tensor<[1] : tensor<1xi3>>

// -----

// CHECK: expected elements of tensor<1xf32>: expected a number, but got 'a'
%y = drp.constant #drp.tensor<["a"] : tensor<1xf32>>

// -----

// CHECK: expected elements of tensor<1xf32>
%y = drp.constant #drp.tensor<[(1.0, 2.0)] : tensor<1xf32>>

// -----

// CHECK: expected elements of tensor<1xi4>: 8 is out of the range of int4
%y = drp.constant #drp.tensor<[8] : tensor<1xi4>>

// -----

// CHECK: expected elements of tensor<1xi1>: expected true or false, but got 1
%y = drp.constant #drp.tensor<[1] : tensor<1xi1>>

// -----

// CHECK: expected elements of tensor<1xf32>: expected a number, but got True
%y = drp.constant #drp.tensor<[true] : tensor<1xf32>>

// -----

// CHECK: expected elements of tensor<1xf16>: 100000.0 is out of the range of float16
%y = drp.constant #drp.tensor<[100000.0] : tensor<1xf16>>

// -----

// CHECK: expected elements of tensor<1x!onnx.string>: expected text, but got 1.0
%y = drp.constant #drp.tensor<[1.0] : tensor<1x!onnx.string>>

// -----

// CHECK: expected elements of tensor<1xf32>
%y = drp.constant #drp.tensor<[0x1ffffffff] : tensor<1xf32>>

// -----

// CHECK: expected a table of tensor<256xi8>, but got tensor<2xi8>
%x = "test.op"() : () -> tensor<2x!quant.uniform<i8:f32, 0.5>>
%y = drp.lookup %x {table = #drp.tensor<[1, 2] : tensor<2xi8>>} : tensor<2x!quant.uniform<i8:f32, 0.5>> -> tensor<2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected a quantised tensor of 8 bits, got tensor<2xf32>
%x = "test.op"() : () -> tensor<2xf32>
%y = drp.lookup %x {table = #drp.tensor<[1, 2] : tensor<2xi8>>} : tensor<2xf32> -> tensor<2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected one scale for the tensor, got tensor<2x!quant.uniform<i8:f32:0,
%x = "test.op"() : () -> tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
%y = drp.lookup %x {table = #drp.tensor<[1, 2] : tensor<2xi8>>} : tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>> -> tensor<2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected 2 slices along axis 0, one for each scale, but the shape is (3,)
%x = "test.op"() : () -> tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
%y = drp.apply %x {function = #drp.function<relu>} : tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25}>> -> tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>

// -----

// CHECK: expected 2 slices along axis 0, one for each scale, but the shape is (3,)
%x = drp.constant #drp.tensor<[1, 2, 3] : tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>>

// -----

// CHECK: expected a bias quantised to i32 around zero, got tensor<2xi32>
%x = "test.op"() : () -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>
%w = "test.op"() : () -> tensor<2x2x1x1x!quant.uniform<i8:f32, 0.5>>
%b = "test.op"() : () -> tensor<2xi32>
%y = drp.conv %x, %w bias %b : tensor<2xi32> : tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x1x1x!quant.uniform<i8:f32, 0.5>> -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected the bias at the scales of input times weights, 0.25
%x = "test.op"() : () -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>
%w = "test.op"() : () -> tensor<2x2x1x1x!quant.uniform<i8:f32, 0.5>>
%b = "test.op"() : () -> tensor<2x!quant.uniform<i32:f32, 0.5>>
%y = drp.conv %x, %w bias %b : tensor<2x!quant.uniform<i32:f32, 0.5>> : tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x1x1x!quant.uniform<i8:f32, 0.5>> -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected one of identity, relu, clip in a quantised job, got tanh
%x = "test.op"() : () -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>
%w = "test.op"() : () -> tensor<2x2x1x1x!quant.uniform<i8:f32, 0.5>>
%y = drp.conv %x, %w {activation = #drp.function<tanh>} : tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x1x1x!quant.uniform<i8:f32, 0.5>> -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected scales of weights along axis 0, got tensor<2x2x1x1x!quant.uniform<i8:f32:1,
%x = "test.op"() : () -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>
%w = "test.op"() : () -> tensor<2x2x1x1x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
%y = drp.conv %x, %w : tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x1x1x!quant.uniform<i8:f32:1, {0.5, 0.25}>> -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected a quantised tensor of 8 bits, got tensor<1x2x3x3x!quant.uniform<i16:f32, 0.5>>
%x = "test.op"() : () -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>
%w = "test.op"() : () -> tensor<2x2x1x1x!quant.uniform<i8:f32, 0.5>>
%y = drp.conv %x, %w : tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x1x1x!quant.uniform<i8:f32, 0.5>> -> tensor<1x2x3x3x!quant.uniform<i16:f32, 0.5>>

// -----

// CHECK: expected one float type, or quantised types, but got !quant.uniform<i8:f32, 0.5>, f32
%x = "test.op"() : () -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>
%w = "test.op"() : () -> tensor<2x2x1x1xf32>
%y = drp.conv %x, %w : tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x1x1xf32> -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: expected one element type, but got
%x = "test.op"() : () -> tensor<2x!quant.uniform<i8:f32, 0.5>>
%y = drp.reshape %x : tensor<2x!quant.uniform<i8:f32, 0.5>> -> tensor<2x!quant.uniform<i8:f32, 0.25>>
