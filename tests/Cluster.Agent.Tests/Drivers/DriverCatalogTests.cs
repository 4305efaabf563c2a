using System.Text.Json;
using Cluster.Agent.Drivers;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers;

public sealed class DriverCatalogTests
{
    public static TheoryData<string> Names() => [.. DriverCatalog.All.Select(d => d.Name)];

    [Fact]
    public void Every_driver_has_a_test_class_that_inherits_the_contract()
    {
        var contracts = typeof(DriverContract).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(DriverContract)) && !t.IsAbstract);
        var tried = contracts.Select(t => ((DriverContract)Activator.CreateInstance(t)!).DriverName);
        DriverCatalog.All.Select(d => d.Name).Except(tried).ShouldBeEmpty("inherit DriverContract in tests/Cluster.Agent.Tests/Drivers");
    }

    [Fact]
    public void Names_are_unique() => DriverCatalog.All.Select(d => d.Name).ShouldBeUnique();

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_that_a_driver_does_not_have_is_refused_by_name(string name)
    {
        var options = JsonDocument.Parse("""{"configDirectory":"/etc/x","noSuch":1}""").RootElement;
        DriverCatalog.Find(name)!.CheckOptions(options).ShouldHaveSingleItem().Pointer.ShouldBe("/noSuch");
    }
}
