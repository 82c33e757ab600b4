namespace TorchSharp.Utils;

/// <summary>The name under which a field's module, parameter or buffer is registered, where it differs from the field's.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
