using System.Globalization;
using Slipway.Oci;

namespace Slipway.Engine.Trash;

/// <summary>How long and how much the trash keeps. Whatever it says, the trash gives way when the disk is short.</summary>
/// <param name="Age">How long; zero: nothing is kept.</param>
/// <param name="Bytes">How much, in bytes; null: a tenth of the disk, at most 20 GiB.</param>
public sealed record TrashPolicy(TimeSpan Age, long? Bytes)
{
    /// <summary>Environment variable for <see cref="Age"/>: <c>7d</c>, <c>12h</c>, <c>0</c>.</summary>
    public const string AgeVariable = "SLIPWAY_TRASH_AGE";

    /// <summary>Environment variable for <see cref="Bytes"/>: <c>500m</c>, <c>10g</c>.</summary>
    public const string SizeVariable = "SLIPWAY_TRASH_SIZE";

    /// <summary>What a <c>--rm</c> container that failed is kept for at most: somebody may want to know why, but nobody asked for it to stay.</summary>
    internal static readonly TimeSpan AgeOfFailed = TimeSpan.FromDays(1);

    /// <summary>The oldest beyond this many go: a machine that makes and removes containers all day keeps the last ones.</summary>
    internal const int Count = 1_000;

    private const long MostBytes = 20L << 30;

    /// <summary>A week.</summary>
    public static TrashPolicy Default { get; } = new(TimeSpan.FromDays(7), null);

    /// <summary>The default with what the environment says otherwise.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a variable is not an age or a size.</exception>
    public static TrashPolicy FromEnvironment() => new(
        Environment.GetEnvironmentVariable(AgeVariable) is { Length: > 0 } age ? ParseAge(age) : Default.Age,
        Environment.GetEnvironmentVariable(SizeVariable) is { Length: > 0 } size ? SizeText.Parse(size) : null);

    internal long QuotaOn(string place) => Bytes ?? Math.Min(new DriveInfo(place).TotalSize / 10, MostBytes);

    private static TimeSpan ParseAge(string text)
    {
        double unit = text[^1] switch { 'd' => 86_400, 'h' => 3_600, 'm' => 60, 's' => 1, _ => text == "0" ? 1 : double.NaN };
        return double.TryParse(text.TrimEnd('d', 'h', 'm', 's'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number * unit is >= 0 and <= 1e9
            ? TimeSpan.FromSeconds(number * unit)
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"{AgeVariable}: \"{text}\" is not an age") { Hint = "say 7d, 12h, or 0 to keep nothing" };
    }
}
