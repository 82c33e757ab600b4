using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>A level of names without a computation of its own (<c>vision_tower.clip_vision_model</c>, <c>stem.0</c>).</summary>
internal sealed class Group : nn.Module
{
    public Group()
        : base(nameof(Group))
    {
    }

    /// <summary>Adds a child and returns it.</summary>
    public T Add<T>(string name, T child)
        where T : nn.Module
    {
        register_module(name, child);
        return child;
    }
}
