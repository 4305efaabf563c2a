using Cluster.Contracts.Json;
using Shouldly;
using Xunit;

namespace Cluster.Contracts.Tests.Json;

public sealed class JsonPointerTests
{
    [Theory]
    [InlineData("", "a", "/a")]
    [InlineData("/a", "b/c", "/a/b~1c")]
    [InlineData("/a", "m~n", "/a/m~0n")]
    [InlineData("", "~1", "/~01")]
    [InlineData("/a", "", "/a/")]
    public void Members_are_escaped_as_RFC_6901_says(string pointer, string name, string expected) =>
        JsonPointer.Member(pointer, name).ShouldBe(expected);
}
