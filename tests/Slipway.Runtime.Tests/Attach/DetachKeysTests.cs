using Slipway.Oci;
using Slipway.Runtime.Attach;
using Xunit;

namespace Slipway.Runtime.Tests.Attach;

public sealed class DetachKeysTests
{
    [Theory]
    [InlineData("ab", "ab", false)]
    [InlineData("a\x10\x11", "a", true)]
    [InlineData("\x10" + "b", "\x10" + "b", false)]
    [InlineData("\x10\x10\x11", "\x10", true)]
    [InlineData("\x10", "", false)]
    public void Filter_DefaultKeys_PassesTheRest(string typed, string passed, bool detached)
    {
        byte[] output = new byte[typed.Length + 2];

        bool found = DetachKeys.Parse("ctrl-p,ctrl-q").Filter(System.Text.Encoding.ASCII.GetBytes(typed), output, out int count);

        Assert.Equal(detached, found);
        Assert.Equal(passed, System.Text.Encoding.ASCII.GetString(output, 0, count));
    }

    [Fact]
    public void Filter_SequenceInTwoPieces_Detaches()
    {
        DetachKeys keys = DetachKeys.Parse("ctrl-p,ctrl-q");
        byte[] output = new byte[8];

        Assert.False(keys.Filter([0x10], output, out _));
        Assert.True(keys.Filter([0x11], output, out int count));
        Assert.Equal(0, count);
    }

    [Theory]
    [InlineData("ctrl-")]
    [InlineData("ctrl-A")]
    [InlineData("")]
    [InlineData("ab")]
    public void Parse_UnknownKey_IsRefused(string keys) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => DetachKeys.Parse(keys)).Kind);
}
