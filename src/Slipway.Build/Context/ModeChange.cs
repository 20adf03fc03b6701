namespace Slipway.Build.Context;

/// <summary>What <c>--chmod</c> does to permission bits: sets them (octal), or changes some (symbolic, chmod(1); without a class of users all are meant).</summary>
internal sealed class ModeChange
{
    private const uint MaxMode = 0b111_111_111_111, SetUid = 0x800, SetGid = 0x400, Sticky = 0x200, Execute = 0b001_001_001;
    private readonly string _text;
    private readonly List<(uint Who, char Action, string Permissions)> _steps = [];

    private ModeChange(string text, uint? fixedMode) => (_text, Fixed) = (text, fixedMode);

    /// <summary>The bits, where the change doesn't depend on what was there.</summary>
    public uint? Fixed { get; }

    /// <summary>Reads <c>644</c>, <c>u=rwX,go=rX</c> and the like.</summary>
    /// <exception cref="FormatException">Neither.</exception>
    public static ModeChange Parse(string text)
    {
        if (text.Length > 0 && char.IsAsciiDigit(text[0]))
        {
            bool octal = text.Length <= 6 && text.All(c => c is >= '0' and <= '7');
            uint mode = octal ? Convert.ToUInt32(text, 8) : uint.MaxValue;
            return mode <= MaxMode ? new(text, mode) : throw Bad(text, "it should be octal and between 0 and 07777");
        }
        var change = new ModeChange(text, null);
        foreach (string clause in text.Split(','))
            change.AddClause(clause);
        return change;
    }

    /// <summary>The bits after the change.</summary>
    public uint Apply(uint mode, bool isDirectory)
    {
        if (Fixed is { } bits)
            return bits;
        foreach ((uint who, char action, string permissions) in _steps)
        {
            uint value = permissions.Aggregate(0u, (sum, c) => sum | Bits(c, mode, isDirectory)) & Reach(who);
            mode = action switch
            {
                '+' => mode | value,
                '-' => mode & ~value,
                _ => (mode & ~Reach(who, clearing: true)) | value,
            };
        }
        return mode;
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private void AddClause(string clause)
    {
        int at = 0;
        uint who = 0;
        for (; at < clause.Length && "ugoa".IndexOf(clause[at], StringComparison.Ordinal) is >= 0 and int one; at++)
            who |= one switch { 0 => 0b111_000_000u, 1 => 0b000_111_000u, 2 => 0b000_000_111u, _ => 0b111_111_111u };
        if (at == clause.Length)
            throw Bad(_text, "want octal digits, or changes such as u=rwX,go=rX");
        while (at < clause.Length)
        {
            char action = clause[at++];
            int start = at;
            while (at < clause.Length && "rwxXstugo".Contains(clause[at], StringComparison.Ordinal))
                at++;
            if (action is not ('+' or '-' or '='))
                throw Bad(_text, "want octal digits, or changes such as u=rwX,go=rX");
            _steps.Add((who == 0 ? 0b111_111_111u : who, action, clause[start..at]));
        }
    }

    private static uint Bits(char permission, uint mode, bool isDirectory) => permission switch
    {
        'r' => 0b100_100_100,
        'w' => 0b010_010_010,
        'x' => Execute,
        'X' => isDirectory || (mode & Execute) != 0 ? Execute : 0,
        's' => SetUid | SetGid,
        't' => Sticky,
        'u' => ((mode >> 6) & 7) * Execute,
        'g' => ((mode >> 3) & 7) * Execute,
        _ => (mode & 7) * Execute,
    };

    // setuid belongs to the user's class, setgid to the group's; the sticky bit to none, so only those who mean all or who name it change it.
    private static uint Reach(uint who, bool clearing = false)
    {
        uint reach = who;
        if ((who & 0b111_000_000) != 0)
            reach |= SetUid;
        if ((who & 0b000_111_000) != 0)
            reach |= SetGid;
        return !clearing && (who & 0b111_111_000) != 0 ? reach | Sticky : reach;
    }

    private static FormatException Bad(string text, string why) => new($"invalid chmod parameter: '{Linux.Printable.Escape(text)}': {why}");
}
