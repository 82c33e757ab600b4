using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A module without parameters, buffers or modules: registering one is an error.</summary>
public abstract class ParameterLessModule<T1, TResult> : nn.Module<T1, TResult>
{
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    public override void register_parameter(string name, Parameter? param) => throw Refusal();

    public override void register_buffer(string name, Tensor? tensor, bool persistent = true) => throw Refusal();

    public override void register_module(string name, nn.Module submodule) => throw Refusal();

    private InvalidOperationException Refusal() => new($"{GetName()} has no parameters, buffers or modules");
}

/// <summary>A module without parameters, buffers or modules: registering one is an error.</summary>
public abstract class ParameterLessModule<T1, T2, TResult> : nn.Module<T1, T2, TResult>
{
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    public override void register_parameter(string name, Parameter? param) => throw Refusal();

    public override void register_buffer(string name, Tensor? tensor, bool persistent = true) => throw Refusal();

    public override void register_module(string name, nn.Module submodule) => throw Refusal();

    private InvalidOperationException Refusal() => new($"{GetName()} has no parameters, buffers or modules");
}
