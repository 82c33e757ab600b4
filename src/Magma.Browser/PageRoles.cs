using Magma.Data;
using Magma.Vision;

namespace Magma.Browser;

/// <summary>What kind of element an ARIA role stands for.</summary>
internal static class PageRoles
{
    // A picture of at most this side, in CSS pixels, is a sign rather than content.
    private const double MostIconSide = 48;

    public static ElementKind KindOf(string role, bool interactable, bool picture, PixelBox box, double scale) => role switch
    {
        "link" => ElementKind.Link,
        "textbox" or "searchbox" or "spinbutton" => ElementKind.Input,
        "checkbox" or "radio" or "switch" or "combobox" or "listbox" or "option" or "slider" or "menuitemcheckbox" or "menuitemradio" =>
            ElementKind.Choice,
        "heading" => ElementKind.Heading,
        "button" or "tab" or "menuitem" or "treeitem" or "clickable" => ElementKind.Button,
        "navigation" or "main" or "banner" or "contentinfo" or "complementary" or "form" or "dialog" or "alertdialog" or "search" or "toolbar"
            or "tablist" or "menu" or "menubar" or "region" => interactable ? ElementKind.Button : ElementKind.Region,
        _ when picture => Math.Max(box.Width, box.Height) <= MostIconSide * scale ? ElementKind.Icon : ElementKind.Image,
        _ => interactable ? ElementKind.Button : ElementKind.Text,
    };
}
