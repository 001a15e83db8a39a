#!/usr/bin/env python3
"""Writes small int8 .tflite files around one operator each, as converters write them.

    make_operators.py FOLDER

The scales, zero points and shapes are drawn from a fixed seed, extreme ones among them.
"""

import pathlib
import sys

import flatbuffers
import numpy
from tflite_micro.python.tflite_micro import runtime

schema = runtime.schema_fb
INT8, INT32 = schema.TensorType.INT8, schema.TensorType.INT32
OPERATOR, OPTIONS = schema.BuiltinOperator, schema.BuiltinOptions


class Model:
    """A model of one subgraph that grows by tensors and operators."""

    def __init__(self):
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators, self.graph.name = [], [], "main"
        self.codes, self.buffers = [], [schema.BufferT()]

    def tensor(self, shape, quantization=None, constant=None):
        tensor = schema.TensorT()
        tensor.shape, tensor.name, tensor.buffer = list(shape), f"tensor_{len(self.graph.tensors)}", 0
        tensor.type = INT32 if quantization is None else INT8
        if quantization is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = [quantization[0]]
            tensor.quantization.zeroPoint = [quantization[1]]
        if constant is not None:
            buffer = schema.BufferT()
            kind = numpy.int32 if quantization is None else numpy.int8
            buffer.data = numpy.frombuffer(numpy.asarray(constant, kind).tobytes(), numpy.uint8)
            self.buffers.append(buffer)
            tensor.buffer = len(self.buffers) - 1
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def operator(self, name, inputs, output, options=None):
        code = getattr(OPERATOR, name)
        if code not in self.codes:
            self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = self.codes.index(code), list(inputs), [output]
        if options is not None:
            operator.builtinOptions = options
            operator.builtinOptionsType = getattr(OPTIONS, type(options).__name__.removesuffix("T"))
        self.graph.operators.append(operator)
        return output

    def reshape(self, tensor, shape, quantization):
        inputs = [tensor, self.tensor([len(shape)], constant=shape)]
        return self.operator("RESHAPE", inputs, self.tensor(shape, quantization), schema.ReshapeOptionsT())

    def save(self, path, image, output):
        self.graph.inputs, self.graph.outputs = [image], [output]
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers, model.operatorCodes = 3, [self.graph], self.buffers, []
        for code in self.codes:
            known = schema.OperatorCodeT()
            known.builtinCode, known.deprecatedBuiltinCode, known.version = code, min(code, 127), 2
            model.operatorCodes.append(known)
        builder = flatbuffers.Builder(1 << 12)
        builder.Finish(model.Pack(builder), b"TFL3")
        path.write_bytes(builder.Output())


def quantization(draw, low=-3.0, high=0.5):
    """A scale between two powers of ten, and a zero point that is often an extreme."""
    zero_point = int(draw.choice([-128, 127, 0, draw.integers(-128, 128)]))
    return float(numpy.float32(10 ** draw.uniform(low, high))), zero_point


def near(draw, given, most=0.7):
    """A quantization whose scale is not far from another's."""
    factor = 10 ** draw.uniform(-most, most)
    return float(numpy.float32(given[0] * factor)), quantization(draw)[1]


def mean(draw, path):
    """Means over rows and columns: of a map or a sequence, extents kept or not, axes from the front or the back."""
    model = Model()
    height, width, channels = (int(draw.integers(1, most)) for most in (20, 20, 9))
    given = quantization(draw)
    made = given if draw.random() < 0.3 else near(draw, given, draw.choice([0.3, 3.0]))
    if draw.random() < 0.2:
        axes, shape, kept, left_out = [[1], [-2]], [1, 1, width, channels], [1, 1, channels], [1, channels]
    else:
        axes = [[1, 2], [2, 1], [-3, -2]]
        shape, kept, left_out = [1, height, width, channels], [1, 1, 1, channels], [1, channels]
    axes = axes[draw.integers(len(axes))]
    options = schema.ReducerOptionsT()
    options.keepDims = bool(draw.random() < 0.5)
    image = read = model.tensor(shape, given)
    if len(axes) == 1:
        read = model.reshape(image, shape[1:], given)
    output = model.tensor(kept if options.keepDims else left_out, made)
    model.operator("MEAN", [read, model.tensor([len(axes)], constant=axes)], output, options)
    model.save(path, image, output)


def curve(draw, path, operator, made, options=None, behind=None):
    """An operator of one element, on a map that holds every number, and perhaps another one behind it."""
    model = Model()
    shape = [1, 16, 16, int(draw.integers(1, 4))]
    image = model.tensor(shape, made[0])
    output = model.operator(operator, [image], model.tensor(shape, made[1]), options)
    if behind is not None:
        # Of one element, where it is the maximum.
        window = schema.Pool2DOptionsT()
        window.padding, window.strideH, window.strideW, window.filterHeight, window.filterWidth = 1, 1, 1, 1, 1
        attributes = window if behind == "MAX_POOL_2D" else None
        output = model.operator(behind, [output], model.tensor(shape, made[1]), attributes)
    model.save(path, image, output)


def quantize(draw, path):
    """A change of scale between int8 tensors."""
    given = quantization(draw)
    curve(draw, path, "QUANTIZE", [given, near(draw, given, draw.choice([0.7, 4.0]))], schema.QuantizeOptionsT())


def leaky(draw, path):
    """A LEAKY_RELU, with usual factors and any."""
    given = quantization(draw)
    options = schema.LeakyReluOptionsT()
    options.alpha = float(draw.choice([0.01, 0.1, 0.2, 0.3, draw.integers(0, 1001) / 1000]))
    curve(draw, path, "LEAKY_RELU", [given, near(draw, given)], options)


def bounded(draw, path):
    """A change of scale whose outputs an activation bounds."""
    given = quantization(draw)
    curve(draw, path, "QUANTIZE", [given, near(draw, given)], schema.QuantizeOptionsT(), "RELU6")


def logistic(draw, path):
    """A LOGISTIC, whose output has one scale; the last one of a model would be left out."""
    curve(draw, path, "LOGISTIC", [quantization(draw, -5, 3), (1 / 256, -128)], behind="MAX_POOL_2D")


def tanh(draw, path):
    """A TANH, likewise."""
    curve(draw, path, "TANH", [quantization(draw, -5, 3), (1 / 128, 0)], behind="MAX_POOL_2D")


def swish(draw, path):
    """A HARD_SWISH; the output's scale is at least 1/128 of the input's."""
    given = quantization(draw, -4, 2)
    scale = float(numpy.float32(given[0] * 10 ** draw.uniform(-2, draw.choice([1, 4]))))
    curve(draw, path, "HARD_SWISH", [given, (scale, quantization(draw)[1])], schema.HardSwishOptionsT())


def concatenation(draw, path):
    """Tensors beside, below or behind each other, of one scale; maps, sequences and vectors of maps."""
    model = Model()
    given = quantization(draw)
    shape = [1, *(int(draw.integers(1, 8)) for _ in range(3))]
    image = model.tensor(shape, given)
    axis = int(draw.integers(1, 4))

    def pooled(kernel):
        """A part of the image with other extents, and of its scale."""
        options = schema.Pool2DOptionsT()
        options.padding, options.strideH, options.strideW = 1, 1, 1
        options.filterHeight, options.filterWidth = kernel
        less = [1, shape[1] - kernel[0] + 1, shape[2] - kernel[1] + 1, shape[3]]
        return model.operator("MAX_POOL_2D", [image], model.tensor(less, given), options), less

    parts = [(image, shape)] * int(draw.integers(1, 9))
    if axis != 3:
        parts += [pooled([int(draw.integers(1, shape[1] + 1)), 1] if axis == 1 else [1, int(draw.integers(1, shape[2] + 1))])]
    else:
        parts += [(image, shape)]
    kind = draw.integers(3)
    if kind == 1:
        # As vectors of all elements.
        parts = [(model.reshape(part, [1, int(numpy.prod(form))], given), [1, int(numpy.prod(form))]) for part, form in parts]
        axis = 1
    draw.shuffle(parts)
    forms = [form for _, form in parts]
    together = list(forms[0])
    together[axis] = sum(form[axis] for form in forms)
    options = schema.ConcatenationOptionsT()
    options.axis = axis if kind else axis - len(together)
    output = model.operator("CONCATENATION", [part for part, _ in parts], model.tensor(together, given), options)
    model.save(path, image, output)


def product(model, draw, inputs, shape, quantizations):
    """A MUL whose outputs reach some way through int8, or beyond it."""
    options = schema.MulOptionsT()
    options.fusedActivationFunction = int(draw.choice([0, 0, 1, 3]))
    given = (quantizations[0][0] * quantizations[1][0] * 100, 0)
    made = near(draw, given, draw.choice([1.0, 3.0]))
    inputs = list(inputs)
    draw.shuffle(inputs)
    return model.operator("MUL", inputs, model.tensor(shape, made), options)


def mul(draw, path):
    """A map times itself, a map like it, or one that repeats along rows, columns, channels, or some of them."""
    model = Model()
    given, other = quantization(draw), quantization(draw)
    height, width, channels = (int(draw.integers(1, most)) for most in (12, 12, 20))
    shape = [1, height, width, channels]
    image = model.tensor(shape, given)
    kind = draw.integers(5)
    if kind == 0:
        model.save(path, image, product(model, draw, [image, image], shape, [given, given]))
        return
    part, form, quantized = image, shape, given
    if kind in (2, 3):
        window = schema.Pool2DOptionsT()
        window.padding, window.strideH, window.strideW = 1, 1, 1
        window.filterHeight, window.filterWidth = [(height, width), (1, width), (height, 1)][draw.integers(3)]
        form = [1, height - window.filterHeight + 1, width - window.filterWidth + 1, channels]
        part = model.operator("MAX_POOL_2D", [image], model.tensor(form, given), window)
    elif kind == 4:
        # One channel, as attention to places has.
        form = [1, height, width, 1]
        weights = model.tensor([1, 1, 1, channels], (float(numpy.float32(other[0] / given[0] / 50)), 0), draw.integers(-127, 128, channels))
        point = schema.Conv2DOptionsT()
        point.padding, point.strideH, point.strideW, point.dilationHFactor, point.dilationWFactor = 1, 1, 1, 1, 1
        part, quantized = model.operator("CONV_2D", [image, weights, -1], model.tensor(form, other), point), other
    if kind == 1:
        quantized = near(draw, given)
        part = model.operator("QUANTIZE", [part], model.tensor(form, quantized), schema.QuantizeOptionsT())
    model.save(path, image, product(model, draw, [image, part], shape, [given, quantized]))


def times(draw, path):
    """A map that holds every number times one number, which may be stated in several ways."""
    model = Model()
    given, other = quantization(draw), quantization(draw)
    shape = [1, 16, 16, int(draw.integers(1, 4))]
    form = [[], [1], [1, 1, 1, 1], shape][draw.integers(4)]
    code = int(draw.choice([-128, 127, draw.integers(-128, 128)]))
    image = model.tensor(shape, given)
    constant = model.tensor(form, other, [code] * int(numpy.prod(form)))
    model.save(path, image, product(model, draw, [image, constant], shape, [given, other]))


def channels(draw, path):
    """A map times a constant for each channel; a zero point at an end of int8 makes numbers of nine bits."""
    model = Model()
    given, other = quantization(draw), quantization(draw)
    count = int(draw.integers(2, 9))
    shape = [[1, 16, 16, count], [1, count], [1, 300, 1, count]][draw.integers(3)]
    form = [[1] * extents + [count] for extents in range(len(shape))]
    image = model.tensor(shape, given)
    constant = model.tensor(form[draw.integers(len(form))], other, draw.integers(-128, 128, count))
    model.save(path, image, product(model, draw, [image, constant], shape, [given, other]))


# How many models of each.
KINDS = [(mean, 80), (quantize, 80), (leaky, 80), (bounded, 20), (logistic, 80), (tanh, 80), (swish, 160), (concatenation, 120), (mul, 200), (times, 80), (channels, 120)]


def main(folder):
    draw = numpy.random.default_rng(5)
    for make, count in KINDS:
        for number in range(count):
            make(draw, folder / f"{make.__name__}_{number}.tflite")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_operators.py FOLDER")
    main(pathlib.Path(sys.argv[1]))
