using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Settings;

/// <summary>Who is told of what: everything that does not fit is told at once.</summary>
public sealed class AlertSettingsTests
{
    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"recipients":[]}""", "")]
    [InlineData("""{"recipients":[{"name":"ops","emails":["ops@example.org"]}]}""", "")]
    [InlineData("""{"recipients":[{"name":"ops","webhooks":["pager"],"severity":"critical","classes":["tls"]}]}""", "")]
    [InlineData("""{"thresholds":{"certificateDays":[],"machineOfflineAfter":"1m","driftAfter":"0s","repeatAfter":"30d"}}""", "")]
    [InlineData("""{"recipients":[{"name":"ops"}]}""", "/recipients/0 empty")]
    [InlineData("""{"recipients":[{"name":"Ops!","emails":["ops@example.org"]}]}""", "/recipients/0/name name")]
    [InlineData("""{"recipients":[{"name":"ops","emails":["Ops <ops@example.org>","ops@","@example.org"]}]}""", "/recipients/0/emails/0 address,/recipients/0/emails/1 address,/recipients/0/emails/2 address")]
    [InlineData("""{"recipients":[{"name":"ops","emails":["a@example.org","a@example.org"]}]}""", "/recipients/0/emails/1 duplicate")]
    [InlineData("""{"recipients":[{"name":"ops","webhooks":["No/Name"]}]}""", "/recipients/0/webhooks/0 name")]
    [InlineData("""{"recipients":[{"name":"ops","emails":["a@example.org"],"classes":[]}]}""", "/recipients/0/classes empty")]
    [InlineData("""{"recipients":[{"name":"ops","emails":["a@example.org"],"classes":["tls","tls"]}]}""", "/recipients/0/classes/1 duplicate")]
    [InlineData("""{"recipients":[{"name":"ops","emails":["a@example.org"],"classes":["weather"]}]}""", "/recipients/0/classes/0 unknown-value")]
    [InlineData("""{"recipients":[{"name":"a","emails":["a@example.org"]},{"name":"a","webhooks":["b"]}]}""", "/recipients/1 duplicate")]
    [InlineData("""{"thresholds":{"certificateDays":[90,0,90,3651]}}""", "/thresholds/certificateDays/1 range,/thresholds/certificateDays/3 range,/thresholds/certificateDays/2 duplicate")]
    [InlineData("""{"thresholds":{"machineOfflineAfter":"10s","driftAfter":"31d","repeatAfter":"often"}}""", "/thresholds/machineOfflineAfter range,/thresholds/driftAfter range,/thresholds/repeatAfter duration")]
    public void Each_member_is_checked(string json, string errors) =>
        string.Join(',', Errors(json)).ShouldBe(errors);

    [Fact]
    public void Lists_are_bounded()
    {
        Errors("{\"thresholds\":{\"certificateDays\":[" + Many(21, i => $"{i + 1}") + "]}}")
            .ShouldBe(["/thresholds/certificateDays too-many"]);
        Errors("{\"recipients\":[{\"name\":\"ops\",\"emails\":[" + Many(51, i => $"\"a{i}@example.org\"") + "]}]}")
            .ShouldBe(["/recipients/0/emails too-many"]);
        Errors("{\"recipients\":[" + Many(101, i => $"{{\"name\":\"r{i}\",\"webhooks\":[\"w\"]}}") + "]}")
            .ShouldBe(["/recipients too-many"]);
    }

    private static string Many(int count, Func<int, string> one) => string.Join(',', Enumerable.Range(0, count).Select(one));

    private static IEnumerable<string> Errors(string json) => KindRegistry.Get(Kinds.AlertSettings)
        .Check(Make.Json(json), new RuleContext(Kinds.SingletonName, Make.Now)).Errors.Select(e => $"{e.Pointer} {e.Code}");
}
