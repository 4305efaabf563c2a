using Cluster.Contracts.Levels;
using Shouldly;
using Xunit;

namespace Cluster.Contracts.Tests.Levels;

public sealed class LevelNameTests
{
    [Theory]
    [InlineData("cluster", LevelKind.Cluster, "")]
    [InlineData("group:edge", LevelKind.Group, "edge")]
    [InlineData("machine:mx1.example.test", LevelKind.Machine, "mx1.example.test")]
    public void Written_forms_read_back(string text, LevelKind kind, string name)
    {
        LevelName.TryParse(text, out var level).ShouldBeTrue();
        level.ShouldBe(new LevelName(kind, name));
        level.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Cluster")]
    [InlineData("cluster:")]
    [InlineData("cluster:x")]
    [InlineData("group:")]
    [InlineData(":x")]
    [InlineData("host:x")]
    public void Everything_else_is_refused(string? text) => LevelName.TryParse(text, out _).ShouldBeFalse();
}
