namespace Magma.Training.Pages;

/// <content>Fields with something attached, choices drawn by the page, buttons of many kinds, and pages to log in.</content>
public static partial class PageGenerator
{
    private static string Entry(PageTheme t)
    {
        string back = t.Pick("", "", "background:var(--main)", $"background:linear-gradient({t.Pick("180deg", "135deg", "90deg")},var(--main),{t.Tint()})", $"background:{t.Tint()}");
        bool half = t.Chance(0.35), tall = t.Chance(0.6);
        int width = t.Between(320, 520);
        string cover = t.Pick("", t.Picture(360, 420), $"<div style=\"padding:24px\">{t.Drawing(300, 300)}<h2>{t.Words(1, 3)}</h2><p>{t.Words(4, 12)}</p></div>");
        string card = $"<form class=\"{(tall ? "tall" : "")}\" style=\"flex:1;min-width:0\">{EntryForm(t)}</form>";
        string top = t.Chance(0.2) ? Bar(t, back.Length > 0) : "";
        return half
            ? $"{top}<div class=\"entry\" style=\"{back}\"><div class=\"card\" style=\"display:flex;gap:40px;align-items:center;max-width:{width + 460}px;flex:1\"><div class=\"half\" style=\"width:360px;flex:none\">{cover}</div>{card}</div></div>"
            : $"{top}<div class=\"entry\" style=\"{back}\"><div class=\"card\" style=\"width:{width}px\">{card}</div></div>";
    }

    private static string EntryForm(PageTheme t)
    {
        bool pill = t.Chance(0.4), labels = t.Chance(0.35), ask = t.Chance(0.6), centred = t.Chance(0.7);
        string soft = t.Pick("", "", ";border-color:var(--line);background:var(--card)", ";border:0;background:#8881");
        string shape = pill ? $"style=\"border-radius:99px{soft}\"" : soft.Length > 0 ? $"style=\"{soft[1..]}\"" : "";
        string One(string type, string name) => (labels ? $"<label class=\"l\">{name}</label>" : "") + (!pill && t.Chance(0.2)
            ? Group(t, $"<input class=\"f\" type=\"{type}\" placeholder=\"{name}\">", "")
            : $"<input class=\"f\" {shape} type=\"{type}\" {(labels && t.Chance(0.5) ? "" : $"placeholder=\"{name}\"")}>");
        string fields = (t.Chance(0.3) ? $"<div class=\"cols\" style=\"grid-template-columns:1fr 1fr\"><div>{One("text", t.Phrase("First name", "Name"))}</div><div>{One("text", t.Phrase("Last name", "Surname"))}</div></div>" : "")
            + One("email", t.Phrase("Enter email address...", "Email", "Email address", "Username")) + (t.Chance(0.8) ? One("password", t.Phrase("Password", "Your password")) : "");
        string press = $"style=\"{(pill ? "border-radius:99px;" : "")}padding-block:{t.Between(6, 14)}px\"";
        string social = t.Chance(0.5)
            ? t.Pick("<hr style=\"opacity:.2\">", $"<div class=\"rule\">{t.Phrase("or", "or continue with")}</div>") + (t.Chance(0.6)
                ? Repeat(t, 1, 3, _ => Usable(t, $"class=\"b wide {t.Pick("two", "")}\" style=\"{(pill ? "border-radius:99px;" : "")}{t.Pick("", Brand(t))}\"", $"{t.Icon(16)}{t.Phrase("Sign in with Google", "Continue with GitHub", "Log in with Facebook", "Register with Apple")}"), "", "")
                : Repeat(t, 3, 5, _ => Usable(t, $"class=\"circle\" style=\"width:40px;height:40px;{Brand(t)}\" aria-label=\"sign in\"", t.Icon(18)), "<div class=\"center\">", "</div>"))
            : "";
        string links = t.Pick("<hr style=\"opacity:.2;margin:16px 0\">", "") + Repeat(
            t, 1, 2, n => $"<div style=\"margin-top:6px\" class=\"{(centred ? "center" : "")}\">{t.Pick("", "", $"{t.Phrase("New here?", "No account?")} ")}<a href=\"#\" class=\"none\" style=\"{t.Pick("", "font-size:.8rem", "font-size:.9rem")}\">"
                + $"{(n == 0 ? t.Phrase("Forgot password?", "Forgot your password?", "Reset password") : t.Phrase("Create an account!", "Sign up", "Already have an account? Log in"))}</a></div>", "", "");
        string remember = ask ? $"<div class=\"flow\">{t.Pick(Check(t), Ticked(t), $"<label class=\"c\">{Switch(t)}{t.Phrase("Remember me", "Stay signed in")}</label>")}{(t.Chance(0.4) ? $"<a href=\"#\" class=\"none\">{t.Phrase("Forgot?", "Lost password?")}</a>" : "")}</div>" : "";
        return $"<h1 class=\"{(centred ? "center" : "")}\">{t.Phrase("Welcome back!", "Sign in", "Create an account", "Forgot your password?")}</h1>{(t.Chance(0.5) ? $"<p class=\"{(centred ? "center" : "")} hint\" style=\"text-transform:none\">{t.Words(4, 12)}</p>" : "")}"
            + $"{fields}{remember}<button class=\"b wide\" {press}>{t.Phrase("Log in", "Sign in", "Register account", "Reset password")}</button>{social}{links}";
    }

    private static string Login(PageTheme t) => $"<form class=\"card\" style=\"max-width:{t.Between(280, 440)}px;margin:16px auto\">{EntryForm(t)}</form>";

    private static string Brand(PageTheme t) => $"background:hsl({t.Below(360)},{t.Between(40, 80)}%,{t.Between(30, 50)}%);color:#fff;border-color:transparent";

    /// <summary>A choice whose square the page draws beside the label, which is what can be clicked.</summary>
    private static string Ticked(PageTheme t)
    {
        int name = t.Below(1_000_000);
        return $"<div class=\"cc\"><input type=\"checkbox\" id=\"c{name}\"{(t.Chance(0.3) ? " checked" : "")}><label for=\"c{name}\">{t.Phrase("Remember me", "I agree with the terms", "Keep me signed in")}</label></div>";
    }

    /// <summary>A field with signs or texts, which are no part of it, or buttons attached.</summary>
    private static string Group(PageTheme t, string field, string attributes)
    {
        string note = $"<span class=\"add\">{t.Pick(t.Icon(16), t.Icon(16), "@", "$", ".00", t.Words(1, 1))}</span>";
        string press = Usable(t, "class=\"b\" aria-label=\"go\" style=\"flex:none\"", t.Pick(t.Icon(16), t.Icon(16), t.Words(1, 1)));
        string choice = $"<select class=\"f\" style=\"flex:none;width:auto\"><option>{t.Words(1, 1)}</select>";
        return $"<div class=\"group\" {attributes}>{t.Pick(field + press, field + press, note + field, note + field, field + note, note + field + press, choice + field, press + field)}</div>";
    }

    private static string Groupings(PageTheme t) =>
        Repeat(
            t, 1, 4, _ => (t.Chance(0.4) ? $"<label class=\"l\">{t.Words(1, 2)}</label>" : "") + Group(t, $"<input class=\"f\" placeholder=\"{t.Phrase("Search for...", "Your email", "Amount", "Add a tag…")}\"{(t.Chance(0.3) ? $" value=\"{t.Words(1, 2)}\"" : "")}>", ""),
            $"<div class=\"{t.Pick("card", "card", "")}\">", $"{(t.Chance(0.4) ? Tags(t) : "")}{(t.Chance(0.4) ? Ticked(t) : "")}</div>");

    private static string Tags(PageTheme t) =>
        Repeat(t, 1, 4, _ => $"<span class=\"soft\">{t.Words(1, 1)}<button class=\"close\" type=\"button\" aria-label=\"remove\">{t.Pick("×", t.Icon(10))}</button></span>", "<div class=\"tags\">", $"<input class=\"f\" placeholder=\"{t.Words(1, 2)}\"></div>");

    /// <summary>Buttons of one kind, in several colours.</summary>
    private static string Kinds(PageTheme t)
    {
        int kind = t.Below(6), side = t.Pick(28, 34, 40, 56);
        bool icons = t.Chance(0.6);
        string one() => kind switch
        {
            0 => Usable(t, $"class=\"circle\" aria-label=\"act\" style=\"width:{side}px;height:{side}px;{Brand(t)}\"", t.Icon(side / 2)),
            1 => Usable(t, $"class=\"split\" style=\"{Brand(t)}\"", $"<span>{t.Icon(16)}</span><span>{t.Words(1, 3)}</span>"),
            2 => Usable(t, $"class=\"b wide\" style=\"{Brand(t)}\"", (icons ? t.Icon(16) : "") + t.Words(1, 3)),
            3 => Usable(t, $"class=\"b\" style=\"background:none;box-shadow:none;color:{t.Tint()};border:1px solid\"", (icons ? t.Icon(16) : "") + t.Words(1, 2)) + " ",
            4 => Usable(t, $"class=\"i\" aria-label=\"act\" style=\"display:inline-flex;width:{side}px;height:{side}px;align-items:center;justify-content:center;border:1px solid var(--line);background:var(--card);border-radius:var(--corner);color:inherit;margin-inline-end:5px\"", t.Icon(16)),
            _ => Usable(t, "class=\"b\" style=\"background:#8882;color:inherit;border:0;box-shadow:none\"", (icons ? t.Icon(16) : "") + t.Words(1, 2)) + " ",
        };
        string set() => Repeat(t, 3, 7, _ => one(), $"<div style=\"margin-bottom:10px\">{(t.Chance(0.4) ? t.Pick($"<p>{t.Words(3, 14)}</p>", $"<code style=\"color:#c38\">.{t.Words(1, 1)}</code><br>") : "")}", "</div>");
        return $"<div class=\"card\"><div class=\"head\">{t.Words(1, 3)}</div>{set()}{(t.Chance(0.4) ? set() : "")}</div>";
    }

    private static string Comment(PageTheme t)
    {
        string field = $"<textarea class=\"f\" rows=\"{t.Between(2, 6)}\" placeholder=\"{t.Phrase("Add a note for your team…", "Write a comment", "Describe it here")}\" style=\"{t.Pick("", "border-radius:var(--corner)", "border-radius:var(--corner);background:var(--card)")}\"></textarea>";
        string people = Repeat(t, 0, 3, _ => $"<div class=\"line\">{Person(t)}<span>{t.Pick("", $"<b>{t.Words(1, 2)}</b> ")}{t.Words(3, 9)}<br><span class=\"hint\">{t.Between(1, 28)} Apr · {t.Between(1, 23)}:15</span></span></div>", "", "");
        return $"<div class=\"card\"><div class=\"head\">{t.Words(1, 2)}</div>{people}<div style=\"display:flex;gap:10px\">{(t.Chance(0.3) ? Person(t) : "")}<div style=\"flex:1\">{field}<div class=\"row\">{Button(t)}{(t.Chance(0.4) ? BareIcon(t) + BareIcon(t) : "")}</div></div></div></div>";
    }
}
