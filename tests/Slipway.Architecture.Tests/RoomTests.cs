using System.Xml.Linq;
using Xunit;

namespace Slipway.Architecture.Tests;

/// <summary>Who may know whom (docs/architecture.md): read from the project files, so that a new reference is a decision and not an accident.</summary>
public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Linux"] = [],
        ["Oci"] = [],
        ["Store"] = ["Linux", "Oci"],
        ["Registry"] = ["Oci"],
        ["Runtime"] = ["Linux", "Oci"],
        ["Network"] = ["Linux"],
        ["Build"] = ["Linux", "Oci", "Store"],
        ["Engine"] = ["Build", "Linux", "Network", "Oci", "Registry", "Runtime", "Store"],
        ["Api"] = ["Engine"],
        ["Cli"] = ["Engine"],
        ["Daemon"] = ["Api", "Engine"],
        ["Monitor"] = ["Network", "Runtime"],
    };

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)["Slipway.".Length..])];

    private static string Root
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "Slipway.slnx")))
                folder = Path.GetDirectoryName(folder);
            return folder ?? throw new InvalidOperationException("Slipway.slnx is in no folder above the tests");
        }
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void References_OfARoom_AreThoseOfTheTable(string room)
    {
        Assert.True(s_allowed.TryGetValue(room, out string[]? allowed), $"{room} is not in the table: who may it know?");
        XDocument project = XDocument.Load(Path.Combine(Root, "src", $"Slipway.{room}", $"Slipway.{room}.csproj"));
        IEnumerable<string> known = project.Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value.Replace('\\', '/'))["Slipway.".Length..]);
        Assert.Empty(known.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void UnsafeCode_OutsideLinux_IsNotAllowed(string room)
    {
        string text = File.ReadAllText(Path.Combine(Root, "src", $"Slipway.{room}", $"Slipway.{room}.csproj"));
        Assert.Equal(room == "Linux", text.Contains("<AllowUnsafeBlocks>true", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Imports_OutsideLinux_AreNone(string room)
    {
        if (room == "Linux")
            return;
        string[] files = Directory.GetFiles(Path.Combine(Root, "src", $"Slipway.{room}"), "*.cs", SearchOption.AllDirectories);
        Assert.DoesNotContain(files, f => !f.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(f).Contains("[LibraryImport", StringComparison.Ordinal));
    }
}
