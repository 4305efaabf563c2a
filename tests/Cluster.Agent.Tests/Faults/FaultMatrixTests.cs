using Cluster.Agent.Drivers;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Faults;

/// <summary>The matrix is whole.</summary>
public sealed class FaultMatrixTests
{
    [Fact]
    public void Every_driver_has_a_cell_for_every_fault()
    {
        DriverCatalog.All.Select(d => d.Name).ShouldBe(FaultTable.Services.Select(s => s.Split(' ')[0]).Distinct(), ignoreOrder: true);
        foreach (var service in FaultTable.Services)
        {
            foreach (var fault in Enum.GetValues<Fault>())
            {
                var cell = FaultTable.Of(service, fault);
                (cell.Senseless is null ? 1 : 0).ShouldBe(
                    (cell.Code is null ? 0 : 1) + (cell.Method.Length > 0 ? 1 : 0), $"{service} {fault}");
            }
        }
    }
}

/// <summary>The faults of a Postfix.</summary>
public sealed class PostfixFaultTests
{
    [Theory]
    [MemberData(nameof(FaultTable.Rows), "postfix", MemberType = typeof(FaultTable))]
    public Task It_serves_the_old_or_the_new_state_whole(string service, Fault fault) => FaultCourse.RunAsync(service, fault);
}

/// <summary>The faults of an nginx.</summary>
public sealed class NginxFaultTests
{
    [Theory]
    [MemberData(nameof(FaultTable.Rows), "nginx", MemberType = typeof(FaultTable))]
    public Task It_serves_the_old_or_the_new_state_whole(string service, Fault fault) => FaultCourse.RunAsync(service, fault);
}

/// <summary>The faults of software that takes files, in each form.</summary>
public sealed class FilesFaultTests
{
    [Theory]
    [MemberData(nameof(FaultTable.Rows), "files", MemberType = typeof(FaultTable))]
    [MemberData(nameof(FaultTable.Rows), "files pem-split", MemberType = typeof(FaultTable))]
    [MemberData(nameof(FaultTable.Rows), "files pkcs12", MemberType = typeof(FaultTable))]
    public Task It_serves_the_old_or_the_new_state_whole(string service, Fault fault) => FaultCourse.RunAsync(service, fault);
}

/// <summary>The faults of users of LDAP.</summary>
public sealed class LdapFaultTests
{
    [Theory]
    [MemberData(nameof(FaultTable.Rows), "ldap-client", MemberType = typeof(FaultTable))]
    public Task They_present_the_old_or_the_new_certificate(string service, Fault fault) => FaultCourse.RunAsync(service, fault);
}
