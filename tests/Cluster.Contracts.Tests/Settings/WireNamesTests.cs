using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Contracts.Tests.Settings;

public sealed class WireNamesTests
{
    [Fact]
    public void Outbound_modes_have_the_documented_names() =>
        EnumNames.Of(typeof(DestinationTls))
            .ShouldBe(
                ["default", "none", "preferred", "required", "preferred-verify", "required-verify", "required-verify-hosted-domains"]);

    [Fact]
    public void Names_read_back()
    {
        foreach (var value in Enum.GetValues<DestinationTls>())
        {
            EnumNames.TryParse(EnumNames.Of(value), out DestinationTls read).ShouldBeTrue();
            read.ShouldBe(value);
        }
    }
}
