namespace TorchSharp;

/// <summary>Where a tensor lives; the numbers are libtorch's own.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MKLDNN = 2,
    OPENGL = 3,
    OPENCL = 4,
    IDEEP = 5,
    HIP = 6,
    FPGA = 7,
    MSNPU = 8,
    XLA = 9,
    MPS = 13,
    META = 14,
}

/// <summary>Padding given by its effect: none, or as much as keeps the size.</summary>
public enum Padding
{
    Valid = 0,
    Same = 1,
}

/// <summary>What stands outside the edge.</summary>
public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

/// <summary>How a tensor is written as text.</summary>
public enum TensorStringStyle
{
    Metadata = 0,
    Julia = 1,
    Numpy = 2,
    CSharp = 3,
    Default = 4,
}
