using Slipway.Store.Explaining;
using Xunit;

namespace Slipway.Store.Tests.Explaining;

public sealed class CreatedByTests
{
    [Theory]
    [InlineData("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update")]
    [InlineData("RUN |2 A=b C=d e /bin/sh -c make # buildkit", "RUN make")]
    [InlineData("RUN /bin/sh -c make # slipway", "RUN make")]
    [InlineData("RUN python -m x # slipway", "RUN python -m x")]
    [InlineData("COPY a /b # slipway", "COPY a /b")]
    [InlineData("/bin/sh -c apt-get update", "RUN apt-get update")]
    [InlineData("|1 A=b /bin/sh -c make", "RUN make")]
    [InlineData("/bin/sh -c #(nop)  CMD [\"sh\"]", "CMD [\"sh\"]")]
    [InlineData("/bin/sh -c #(nop) ADD file:12 in / ", "ADD file:12 in /")]
    [InlineData("", "")]
    public void Instruction_OfEachBuilder_IsTheDockerfiles(string createdBy, string instruction) => Assert.Equal(instruction, CreatedBy.Instruction(createdBy));
}
