#!/usr/bin/env python3
"""Makes small int8 .tflite models of the shapes that converters give to networks, with random sizes and weights.

    make_tflite_models.py FOLDER COUNT

For every family of models and every number below COUNT it writes FOLDER/FAMILY-NUMBER.tflite, a model as someone would
import it, and FOLDER/FAMILY-NUMBER.interior.tflite, what an importer must compute to the bit: the same model, without
what it may leave out in front of an output. Nothing here knows the importer.
"""

import pathlib
import random
import sys

import flatbuffers
import numpy
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

Code = schema.BuiltinOperator
Kind = schema.TensorType
SAME, VALID = 0, 1
NONE, RELU, RELU6 = 0, 1, 3
# Scale and zero point of what SOFTMAX and LOGISTIC, LOG_SOFTMAX and TANH give.
ENDS = {
    Code.SOFTMAX: (1 / 256, -128),
    Code.LOGISTIC: (1 / 256, -128),
    Code.LOG_SOFTMAX: (16 / 256, 127),
    Code.TANH: (1 / 128, 0),
}


class Sketch:
    """A model that grows; `quantized` holds scale and zero point of each tensor, `shapes` its extents."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.numbers = numpy.random.default_rng(self.draw.getrandbits(64))
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators, self.graph.outputs, self.graph.name = [], [], [], b"main"
        self.buffers, self.codes = [schema.BufferT()], []
        self.shapes, self.quantized = [], []
        self.signature = []

    def tensor(self, shape, kind=Kind.INT8, quantized=None, data=None, scales=None, name=None):
        made = schema.TensorT()
        made.shape, made.type, made.buffer = list(shape), kind, 0
        made.name = f"tensor {len(self.shapes)}" if name is None else name
        if quantized is not None or scales is not None:
            made.quantization = schema.QuantizationParametersT()
            scales = [quantized[0]] if scales is None else scales
            made.quantization.scale = numpy.asarray(scales, numpy.float32)
            made.quantization.zeroPoint = [quantized[1] if quantized else 0] * len(scales)
            made.quantization.quantizedDimension = 0
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = numpy.frombuffer(numpy.ascontiguousarray(data).tobytes(), numpy.uint8)
            self.buffers.append(buffer)
            made.buffer = len(self.buffers) - 1
        self.graph.tensors.append(made)
        self.shapes.append(list(shape))
        self.quantized.append(quantized)
        return len(self.shapes) - 1

    def ints(self, numbers):
        numbers = numpy.asarray(numbers, numpy.int32)
        return self.tensor(numbers.shape, Kind.INT32, data=numbers)

    def operator(self, code, inputs, output, options=None, **fields):
        if code not in self.codes:
            self.codes.append(code)
        made = schema.OperatorT()
        made.opcodeIndex, made.inputs, made.outputs = self.codes.index(code), inputs, [output]
        if options:
            made.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            made.builtinOptions = getattr(schema, options + "T")()
            for name, value in fields.items():
                setattr(made.builtinOptions, name, value)
        self.graph.operators.append(made)
        return output

    def anything(self):
        return (self.draw.uniform(0.01, 0.05), self.draw.randint(-128, 127))

    def input(self, shape):
        self.graph.inputs = [self.tensor(shape, quantized=self.anything())]
        return self.graph.inputs[0]

    # The same numbers in another shape.

    def reshape(self, read, shape):
        """By one of the operators that converters choose from."""
        before = [extent for extent in self.shapes[read] if extent != 1]
        if before == [extent for extent in shape if extent != 1]:
            if len(shape) == len(self.shapes[read]) + 1 and self.draw.random() < 0.5:
                axis = next(a for a in range(len(shape)) if shape[:a] + shape[a + 1 :] == self.shapes[read])
                made = self.tensor(shape, quantized=self.quantized[read])
                return self.operator(Code.EXPAND_DIMS, [read, self.ints(axis)], made, "ExpandDimsOptions")
            if len(shape) == len(self.shapes[read]) - 1 and self.draw.random() < 0.5:
                longer = self.shapes[read]
                axis = next(a for a in range(len(longer)) if longer[:a] + longer[a + 1 :] == shape)
                made = self.tensor(shape, quantized=self.quantized[read])
                return self.operator(Code.SQUEEZE, [read], made, "SqueezeOptions", squeezeDims=[axis])
        made = self.tensor(shape, quantized=self.quantized[read])
        return self.operator(Code.RESHAPE, [read, self.ints(shape)], made, "ReshapeOptions", newShape=shape)

    def unmoved(self, read):
        """Through an operator that might move elements and does not."""
        shape, quantized = self.shapes[read], self.quantized[read]
        whole = [0] * len(shape)
        way = self.draw.randrange(6)
        made = lambda shape: self.tensor(shape, quantized=quantized)
        if way == 0:
            axes = [axis for axis in range(len(shape)) if shape[axis] != 1]
            for axis in (axis for axis in range(len(shape)) if shape[axis] == 1):
                axes.insert(self.draw.randint(0, len(axes)), axis)
            turned = made([shape[axis] for axis in axes])
            back = self.operator(Code.TRANSPOSE, [read, self.ints(axes)], turned, "TransposeOptions")
            return self.reshape(back, shape)
        if way == 1:
            sizes = [self.draw.choice([-1, extent]) for extent in shape]
            return self.operator(Code.SLICE, [read, self.ints(whole), self.ints(sizes)], made(shape), "SliceOptions")
        if way == 2:
            inputs = [read, self.ints(whole), self.ints(shape), self.ints([1] * len(shape))]
            return self.operator(Code.STRIDED_SLICE, inputs, made(shape), "StridedSliceOptions")
        if way == 3:
            ends = [0 if bit else extent for bit, extent in zip((1, 0, 1, 0), shape)]
            inputs = [read, self.ints(whole), self.ints(ends), self.ints([1] * len(shape))]
            masks = {"beginMask": 15, "endMask": 5, "shrinkAxisMask": 1}
            dropped = self.operator(Code.STRIDED_SLICE, inputs, made(shape[1:]), "StridedSliceOptions", **masks)
            return self.reshape(dropped, shape)
        if way == 4:
            return self.operator(Code.QUANTIZE, [read], made(shape), "QuantizeOptions")
        pairs = self.ints([[0, 0]] * len(shape))
        return self.operator(Code.PAD, [read, pairs], made(shape), "PadOptions")

    def flatten(self, read):
        """As Keras does for a batch that is not known, or by a constant."""
        count = int(numpy.prod(self.shapes[read]))
        if self.draw.random() < 0.5:
            return self.reshape(read, [1, count])
        rank = len(self.shapes[read])
        shape = self.operator(Code.SHAPE, [read], self.tensor([rank], Kind.INT32), "ShapeOptions")
        inputs = [shape, self.ints([0]), self.ints([1]), self.ints([1])]
        batch = self.tensor([], Kind.INT32)
        self.operator(Code.STRIDED_SLICE, inputs, batch, "StridedSliceOptions", shrinkAxisMask=1)
        packed = self.tensor([2], Kind.INT32)
        self.operator(Code.PACK, [batch, self.ints(count)], packed, "PackOptions", valuesCount=2)
        made = self.tensor([1, count], quantized=self.quantized[read])
        return self.operator(Code.RESHAPE, [read, packed], made, "ReshapeOptions")

    # Layers.

    def filter(self, read, shape, channels, fan_in, output):
        """Weights and biases whose sums span int8."""
        typical = output[0] / (self.quantized[read][0] * 60 * fan_in**0.5)
        count = channels if self.draw.random() < 0.7 else 1
        scales = numpy.float32([typical * self.draw.uniform(0.3, 2) for _ in range(count)])
        weights = self.tensor(shape, data=self.numbers.integers(-127, 128, shape, numpy.int8), scales=scales)
        biases = self.numbers.integers(-9000, 9001, channels, numpy.int32)
        return [weights, self.tensor([channels], Kind.INT32, data=biases, scales=scales * self.quantized[read][0])]

    def windows(self, extent, kernel, stride, padding):
        return -(-extent // stride) if padding == SAME else (extent - kernel) // stride + 1

    def conv(self, read, channels, kernel, stride, padding, depthwise=False, dilation=(1, 1)):
        _, height, width, before = self.shapes[read]
        output = self.anything()
        if depthwise:
            channels *= before
        shape = [1, *kernel, channels] if depthwise else [channels, *kernel, before]
        fan_in = kernel[0] * kernel[1] * (1 if depthwise else before)
        parameters = self.filter(read, shape, channels, fan_in, output)
        if depthwise:
            self.graph.tensors[parameters[0]].quantization.quantizedDimension = 3
        reach = [(extent - 1) * step + 1 for extent, step in zip(kernel, dilation)]
        sizes = [self.windows(*axis, padding) for axis in zip((height, width), reach, stride)]
        made = self.tensor([1, *sizes, channels], quantized=output)
        fields = {"padding": padding, "strideH": stride[0], "strideW": stride[1]}
        fields |= {"dilationHFactor": dilation[0], "dilationWFactor": dilation[1]}
        fields["fusedActivationFunction"] = self.draw.choice([NONE, RELU, RELU6])
        if depthwise:
            fields["depthMultiplier"] = channels // before
            return self.operator(
                Code.DEPTHWISE_CONV_2D, [read, *parameters], made, "DepthwiseConv2DOptions", **fields
            )
        return self.operator(Code.CONV_2D, [read, *parameters], made, "Conv2DOptions", **fields)

    def pool(self, code, read, kernel, stride, padding):
        _, height, width, channels = self.shapes[read]
        sizes = [self.windows(*axis, padding) for axis in zip((height, width), kernel, stride)]
        made = self.tensor([1, *sizes, channels], quantized=self.quantized[read])
        fields = {"padding": padding, "strideH": stride[0], "strideW": stride[1]}
        fields |= {"filterHeight": kernel[0], "filterWidth": kernel[1]}
        return self.operator(code, [read], made, "Pool2DOptions", **fields)

    def pad(self, read, pairs):
        shape = [extent + sum(pair) for extent, pair in zip(self.shapes[read], pairs)]
        made = self.tensor(shape, quantized=self.quantized[read])
        return self.operator(Code.PAD, [read, self.ints(pairs)], made, "PadOptions")

    def dense(self, read, units, each=False):
        *before, last = self.shapes[read]
        output = self.anything()
        fan_in = last if each else int(numpy.prod(self.shapes[read]))
        parameters = self.filter(read, [units, fan_in], units, fan_in, output)
        made = self.tensor([*before, units] if each else [1, units], quantized=output)
        fields = {"keepNumDims": each, "fusedActivationFunction": self.draw.choice([NONE, RELU])}
        return self.operator(Code.FULLY_CONNECTED, [read, *parameters], made, "FullyConnectedOptions", **fields)

    def add(self, first, second):
        made = self.tensor(self.shapes[first], quantized=(0.08, self.draw.randint(-128, 127)))
        return self.operator(Code.ADD, [first, second], made, "AddOptions", fusedActivationFunction=NONE)

    def mul(self, first, second, output):
        shape = max(self.shapes[first], self.shapes[second], key=numpy.prod)
        made = self.tensor(shape, quantized=output)
        activation = self.draw.choice([NONE, NONE, RELU])
        inputs = [first, second] if self.draw.random() < 0.5 else [second, first]
        return self.operator(Code.MUL, inputs, made, "MulOptions", fusedActivationFunction=activation)

    def logistic(self, read):
        return self.operator(Code.LOGISTIC, [read], self.tensor(self.shapes[read], quantized=ENDS[Code.LOGISTIC]))

    def bytes(self, outputs, identifier=b"TFL3"):
        model = schema.ModelT()
        self.graph.outputs = outputs
        model.version, model.subgraphs, model.buffers, model.operatorCodes = 3, [self.graph], self.buffers, []
        for code in self.codes:
            made = schema.OperatorCodeT()
            made.builtinCode, made.deprecatedBuiltinCode, made.version = code, min(code, 127), 1
            model.operatorCodes.append(made)
        if self.signature:
            model.signatureDefs = [schema.SignatureDefT()]
            model.signatureDefs[0].signatureKey, model.signatureDefs[0].inputs = "serving_default", []
            model.signatureDefs[0].outputs = []
            for name, tensor in self.signature:
                made = schema.TensorMapT()
                made.name, made.tensorIndex = name, tensor
                model.signatureDefs[0].outputs.append(made)
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), identifier)
        return bytes(builder.Output())


# Each family takes a sketch and returns the model and its interior.


def conv1d(sketch):
    """A window of a sensor, or features that are flat, in Keras' Conv1D, MaxPooling1D, Flatten and Dense."""
    draw = sketch.draw
    length, channels = draw.randint(6, 30), draw.randint(1, 5)
    if draw.random() < 0.5:
        last = sketch.input([1, length, channels])
    else:
        last = sketch.reshape(sketch.input([1, length * channels]), [1, length, channels])
    for _ in range(draw.randint(1, 3)):
        length, channels = sketch.shapes[last][1:]
        row = sketch.reshape(last, [1, 1, length, channels])
        kernel = draw.randint(1, min(length, 5))
        row = sketch.conv(row, draw.randint(1, 8), [1, kernel], [1, draw.randint(1, 2)], draw.choice([SAME, VALID]))
        _, _, length, channels = sketch.shapes[row]
        last = sketch.reshape(row, [1, length, channels])
        if length > 2 and draw.random() < 0.6:
            # Keras slides along the rows here, and along the columns in a convolution.
            column = sketch.reshape(last, [1, length, 1, channels])
            code = draw.choice([Code.MAX_POOL_2D, Code.AVERAGE_POOL_2D])
            column = sketch.pool(code, column, [2, 1], [2, 1], draw.choice([SAME, VALID]))
            last = sketch.reshape(column, [1, sketch.shapes[column][1], channels])
    made = sketch.bytes([sketch.dense(sketch.flatten(last), draw.randint(1, 6))])
    return made, made


def turned(sketch):
    """A row that is read as a column, by kernels with both extents, and the other way round."""
    draw = sketch.draw
    length, channels = draw.randint(5, 20), draw.randint(1, 4)
    last = sketch.conv(sketch.input([1, 1, length, channels]), channels + 1, [1, 3], [1, 1], SAME)
    for index in range(3):
        _, height, width, channels = sketch.shapes[last]
        last = sketch.reshape(last, [1, width, height, channels])
        kernel, stride = [draw.randint(1, 4), draw.randint(1, 4)], [draw.randint(1, 2), draw.randint(1, 2)]
        last = sketch.conv(last, 1 + index, kernel, stride, SAME, depthwise=draw.random() < 0.5)
    made = sketch.bytes([last])
    return made, made


def causal(sketch):
    """Padded as a sequence, then read as a row or a column."""
    draw = sketch.draw
    length, channels = draw.randint(5, 20), draw.randint(1, 4)
    last = sketch.input([1, length, channels])
    for _ in range(2):
        kernel = draw.randint(2, 4)
        padded = sketch.pad(last, [[0, 0], [kernel - 1, draw.choice([0, 0, 1])], [0, 0]])
        length, channels = sketch.shapes[padded][1:]
        if draw.random() < 0.5:
            made = sketch.conv(sketch.reshape(padded, [1, 1, length, channels]), 3, [1, kernel], [1, 1], VALID)
        else:
            made = sketch.conv(sketch.reshape(padded, [1, length, 1, channels]), 3, [kernel, 1], [1, 1], VALID)
        last = sketch.reshape(made, [1, int(numpy.prod(sketch.shapes[made][:3])), 3])
    made = sketch.bytes([sketch.dense(last, 4)])
    return made, made


def scattered(sketch):
    """A map whose rows are put behind each other, then read by single elements and by one window over all."""
    draw = sketch.draw
    height, width, channels = draw.randint(2, 6), draw.randint(2, 6), draw.randint(1, 4)
    last = sketch.conv(sketch.input([1, height, width, channels]), 4, [3, 3], [1, 1], SAME)
    line = draw.choice([[1, 1, height * width, 4], [1, height * width, 1, 4], [1, width, height, 4]])
    last = sketch.reshape(last, line)
    last = sketch.conv(last, 5, [1, 1], [1, 1], SAME)
    way = draw.randrange(4)
    if way == 0:
        last = sketch.pool(Code.AVERAGE_POOL_2D, last, line[1:3], [1, 1], VALID)
    elif way == 1:
        last = sketch.pool(Code.MAX_POOL_2D, last, line[1:3], line[1:3], VALID)
    elif way == 2:
        last = sketch.conv(last, 6, line[1:3], [1, 1], VALID)
    else:
        last = sketch.conv(last, 1, line[1:3], [1, 1], VALID, depthwise=True)
    made = sketch.bytes([sketch.flatten(last)])
    return made, made


def dense_each(sketch):
    """A Dense layer on the channels of every element of a sequence, and a sum of two sequences."""
    draw = sketch.draw
    length, channels = draw.randint(2, 12), draw.randint(2, 6)
    first = sketch.dense(sketch.input([1, length, channels]), 4, each=True)
    last = sketch.dense(first, 4, each=True)
    if draw.random() < 0.5:
        flat = sketch.dense(sketch.reshape(last, [length, 4]), 4, each=True)
        last = sketch.reshape(flat, [1, length, 4])
    made = sketch.bytes([sketch.dense(sketch.flatten(sketch.add(first, last)), 3)])
    return made, made


def unmoved(sketch):
    """Operators that might move elements, in front of and between layers."""
    draw = sketch.draw
    shape = [1, draw.choice([1, 4]), draw.randint(3, 9), draw.randint(1, 4)]
    last = sketch.unmoved(sketch.input(shape))
    for _ in range(2):
        kernel = [min(3, shape[1]), 3]
        last = sketch.unmoved(sketch.unmoved(sketch.conv(last, 3, kernel, [1, 1], SAME)))
    made = sketch.bytes([sketch.unmoved(last)])
    return made, made


def ends(sketch):
    """Scores behind a monotone operator, as int8 or as floats."""
    draw = sketch.draw
    shape = [1, draw.randint(3, 9), 2]
    last = sketch.dense(sketch.flatten(sketch.input(shape)), draw.randint(1, 5))
    interior = sketch.bytes([last])
    code = draw.choice(list(ENDS))
    end = sketch.tensor(sketch.shapes[last], quantized=ENDS[code])
    options = {Code.SOFTMAX: "SoftmaxOptions", Code.LOG_SOFTMAX: "LogSoftmaxOptions"}.get(code)
    fields = {"beta": 1.0} if code == Code.SOFTMAX else {}
    sketch.operator(code, [last], end, options, **fields)
    if draw.random() < 0.5:
        real = sketch.tensor(sketch.shapes[last], Kind.FLOAT32)
        end = sketch.operator(Code.DEQUANTIZE, [end], real, "DequantizeOptions")
    return sketch.bytes([end]), interior


def uint8_input(sketch):
    """A byte that the first operator takes 128 off, with scales that may differ in their last places."""
    draw = sketch.draw
    scale = numpy.float32(draw.uniform(0.002, 0.05))
    zero_point = draw.randint(0, 255)
    near = scale
    for _ in range(draw.randint(0, 3)):
        near = numpy.nextafter(near, numpy.float32(draw.choice([0, 1])))
    shape = [1, draw.randint(3, 9), draw.randint(3, 9), draw.randint(1, 3)]
    given = sketch.tensor(shape, Kind.UINT8, quantized=(scale, zero_point))
    sketch.graph.inputs = [given]
    last = sketch.tensor(shape, quantized=(near, zero_point - 128))
    sketch.operator(Code.QUANTIZE, [given], last, "QuantizeOptions")
    made = sketch.bytes([sketch.conv(last, 4, [3, 3], [2, 2], SAME)])
    return made, made


def no_identifier(sketch):
    """Without the letters by which the schema is known."""
    outputs = [sketch.conv(sketch.input([1, 5, 6, 2]), 3, [3, 3], [1, 1], SAME)]
    return sketch.bytes(outputs, identifier=None), sketch.bytes(outputs)


def two_heads(sketch):
    """Of which the interior has the second."""
    stem = sketch.flatten(sketch.conv(sketch.input([1, 5, 6, 2]), 3, [3, 3], [1, 1], SAME))
    heads = [sketch.dense(stem, 5), sketch.dense(stem, 2)]
    interior = sketch.bytes(heads[1:])
    sketch.signature = [("kind", heads[0]), ("angle", heads[1])]
    return sketch.bytes(heads), interior


def dilated(sketch):
    """Convolutions whose kernels have gaps: of maps, or of sequences that are rows, then columns."""
    draw = sketch.draw
    if draw.random() < 0.5:
        last = sketch.input([1, draw.randint(9, 16), draw.randint(9, 16), draw.randint(1, 4)])
        for depthwise in draw.choice([[False, True], [True, False]]):
            kernel, dilation = [draw.randint(1, 3), draw.randint(1, 3)], [draw.randint(1, 4), draw.randint(1, 4)]
            stride, padding = draw.choice([([1, 1], SAME), ([2, 1], SAME), ([1, 1], VALID)])
            padding = padding if min(sketch.shapes[last][1:3]) > 8 else SAME
            last = sketch.conv(last, 1 + depthwise, kernel, stride, padding, depthwise, dilation)
    else:
        length = draw.randint(20, 40)
        last = sketch.input([1, 1, length, draw.randint(1, 4)])
        last = sketch.conv(last, 3, [1, draw.randint(2, 3)], [1, 1], SAME, dilation=[1, draw.randint(1, 9)])
        last = sketch.reshape(last, [1, length, 1, 3])
        kernel, dilation = [draw.randint(2, 3), draw.randint(1, 2)], [draw.randint(1, 9), draw.randint(1, 2)]
        last = sketch.conv(last, 2, kernel, [1, 1], SAME, dilation=dilation)
    made = sketch.bytes([last])
    return made, made


def rescaled(sketch):
    """A byte that the first operator brings to another scale, and perhaps a second one, in front of the first map."""
    draw = sketch.draw
    shape = [1, draw.randint(16, 20), draw.randint(16, 20), draw.randint(1, 3)]
    flat = [1, int(numpy.prod(shape))]
    first = draw.choice([shape, flat])
    given = sketch.tensor(first, Kind.UINT8, quantized=(draw.uniform(0.002, 0.05), draw.randint(0, 255)))
    sketch.graph.inputs = [given]
    scale = sketch.quantized[given][0] * draw.uniform(0.3, 3)
    last = sketch.tensor(first, quantized=(scale, draw.randint(-128, 127)))
    sketch.operator(Code.QUANTIZE, [given], last, "QuantizeOptions")
    if draw.random() < 0.5:
        factor = sketch.tensor([1], quantized=(0.01, draw.randint(-128, 127)), data=numpy.int8([draw.randint(-128, 127)]))
        last = sketch.mul(factor, last, (scale * draw.uniform(0.3, 1), draw.randint(-128, 127)))
    # As a vector in between, so that the image is a map only here.
    last = sketch.reshape(sketch.reshape(last, flat) if first == shape else last, shape)
    made = sketch.bytes([sketch.conv(last, 4, [3, 3], [2, 2], SAME)])
    return made, made


def squeezed(sketch):
    """Squeeze and excitation: each channel times a gate, which is made of the means of all channels; and x times its sigmoid."""
    draw = sketch.draw
    shape = [1, draw.randint(1, 9), draw.randint(1, 9), draw.randint(1, 4)]
    channels = draw.randint(2, 8)
    last = sketch.conv(sketch.input(shape), channels, [3, 3], [1, 1], SAME)
    for _ in range(2):
        quantized = sketch.quantized[last]
        keep = draw.random() < 0.5
        mean = sketch.tensor([1, 1, 1, channels] if keep else [1, channels], quantized=(quantized[0] * 0.4, draw.randint(-128, 127)))
        sketch.operator(Code.MEAN, [last, sketch.ints([1, 2])], mean, "ReducerOptions", keepDims=keep)
        if keep:
            hidden = sketch.conv(mean, draw.randint(1, 4), [1, 1], [1, 1], SAME)
            gate = sketch.logistic(sketch.conv(hidden, channels, [1, 1], [1, 1], SAME))
        else:
            gate = sketch.logistic(sketch.dense(sketch.dense(mean, draw.randint(1, 4)), channels))
            # A vector goes with the last extent as it is.
            gate = sketch.reshape(gate, [1, 1, 1, channels]) if draw.random() < 0.7 else gate
        last = sketch.mul(last, gate, (quantized[0] * draw.uniform(0.2, 1), draw.randint(-128, 127)))
        last = sketch.conv(last, channels, [1, 1], [1, 1], SAME)
        last = sketch.mul(last, sketch.logistic(last), (sketch.quantized[last][0] * draw.uniform(0.2, 1), draw.randint(-128, 127)))
    made = sketch.bytes([last])
    return made, made


FAMILIES = [
    conv1d,
    turned,
    causal,
    scattered,
    dense_each,
    unmoved,
    ends,
    uint8_input,
    no_identifier,
    two_heads,
    dilated,
    rescaled,
    squeezed,
]


def main(folder, count):
    folder = pathlib.Path(folder)
    for family in FAMILIES:
        for number in range(int(count)):
            model, interior = family(Sketch(f"{family.__name__} {number}"))
            (folder / f"{family.__name__}-{number}.tflite").write_bytes(model)
            (folder / f"{family.__name__}-{number}.interior.tflite").write_bytes(interior)


if __name__ == "__main__":
    try:
        if len(sys.argv) != 3:
            raise ValueError("usage: make_tflite_models.py FOLDER COUNT")
        main(*sys.argv[1:])
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
