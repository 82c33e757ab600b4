using Magma.Data;

namespace Magma.Perception;

/// <summary>The kinds that the element detector tells apart, in the order of its output.</summary>
public static class ElementKinds
{
    /// <summary>Button, link, field, choice, and picture, which alone is nothing to use.</summary>
    public static IReadOnlyList<ElementKind> All { get; } =
        [ElementKind.Button, ElementKind.Link, ElementKind.Input, ElementKind.Choice, ElementKind.Image];

    /// <summary>The place of a kind in <see cref="All"/>; what can be used and is none of them is a button.</summary>
    public static int IndexOf(ElementKind kind)
    {
        for (int index = 0; index < All.Count; index++)
        {
            if (All[index] == kind) return index;
        }

        return 0;
    }
}
