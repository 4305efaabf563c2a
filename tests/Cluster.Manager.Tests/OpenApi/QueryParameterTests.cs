using System.Text;
using Cluster.Contracts.Problems;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.OpenApi;

/// <summary>A parameter that a write does not know is refused: a misspelt dryRun would write.</summary>
public sealed class QueryParameterTests(TestManager manager) : IClassFixture<TestManager>
{
    private const string NoSuchParameter = "has no such parameter";

    [Fact]
    public async Task Every_write_refuses_a_parameter_that_it_does_not_have_and_knows_those_of_the_document()
    {
        var writes = (await ApiOperation.AllAsync(manager)).Where(o => o.Method != HttpMethod.Get).ToList();
        writes.Count.ShouldBeGreaterThan(90);
        foreach (var write in writes)
        {
            var path = write.At(ValueOf);
            var unknown = await SendAsync(write, path + "?dry_run=true");
            unknown.Code.ShouldBe(ProblemCodes.InvalidParameter, write.Id);
            unknown.Text.ShouldContain(NoSuchParameter);
            var known = string.Join('&', write.Query.Where(q => q != "dryRun").Append("dryRun").Select(q => $"{q}=true"));
            (await SendAsync(write, $"{path}?{known}")).Text.ShouldNotContain(NoSuchParameter, Case.Sensitive, write.Id);
        }
    }

    [Fact]
    public async Task A_level_that_is_given_twice_is_refused()
    {
        var answer = await manager.Rest.GetAsync("/clusters/mail/trust?level=cluster&level=group:main");
        (answer.Status, answer.Code).ShouldBe((422, ProblemCodes.InvalidParameter));
    }

    private static string ValueOf(string parameter) => parameter switch
    {
        "c" => TestManager.ClusterName,
        "id" => Guid.Empty.ToString(),
        _ => "1",
    };

    private Task<RestAnswer> SendAsync(ApiOperation operation, string path) => manager.Rest.SendAsync(
        operation.Method,
        path,
        operation.MediaTypes.Count == 0
            ? null
            : new StringContent(operation.Example.ToJsonString(), Encoding.UTF8, operation.MediaTypes[0]));
}
