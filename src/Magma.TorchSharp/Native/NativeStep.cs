using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The numbers of one AdamW step; mirrors the struct of optim.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeStep
{
    public double LearningRate;
    public double Beta1;
    public double Beta2;
    public double Eps;
    public double WeightDecay;
    public double Correction1;
    public double Correction2;
    public int Maximize;
}
