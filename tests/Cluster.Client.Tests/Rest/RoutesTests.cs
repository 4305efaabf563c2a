using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cluster.Client.Tests.Fixtures;
using Cluster.Contracts.Rest;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests.Rest;

public sealed class RoutesTests(ClientFixture fixture)
{
    // An action is written as it stands in the path; everything else is a parameter.
    private static readonly string[] Words = ["action", "part"];

    [Fact]
    public async Task Every_path_of_the_document_has_a_builder()
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler) { BaseAddress = fixture.Options.Address };
        using var document =
            JsonDocument.Parse(await http.GetStringAsync(new Uri(Routes.OpenApi, UriKind.Relative), TestContext.Current.CancellationToken));
        var paths = document.RootElement.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        paths.Count.ShouldBeGreaterThan(50);

        var forms = Builders().Select(b => new Regex($"^{b}$")).ToList();
        paths.Where(p => !forms.Exists(f => f.IsMatch(p))).ShouldBeEmpty();
    }

    [Fact]
    public void A_name_stays_one_segment() =>
        Routes.In("a/b").Machine("../mx?1").ShouldBe("/api/v1/clusters/a%2Fb/machines/..%2Fmx%3F1");

    private static IEnumerable<string> Builders()
    {
        foreach (var field in typeof(Routes).GetFields(BindingFlags.Public | BindingFlags.Static))
            yield return Regex.Escape((string)field.GetRawConstantValue()!);
        foreach (var method in typeof(Routes)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(m => m.ReturnType == typeof(string)))
            yield return Form(method, null);
        var cluster = Routes.In("PARAMETER");
        foreach (var property in typeof(ClusterRoutes).GetProperties()) yield return Generalize((string)property.GetValue(cluster)!);
        foreach (var method in typeof(ClusterRoutes)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(m => !m.IsSpecialName))
            yield return Form(method, cluster);
    }

    private static string Form(MethodInfo method, object? on) =>
        Generalize((string)method.Invoke(on, [.. method.GetParameters().Select(p => Words.Contains(p.Name) ? "WORD" : "PARAMETER")])!);

    private static string Generalize(string path) =>
        Regex.Escape(path)
            .Replace("PARAMETER", @"(\{[A-Za-z]+\}|[a-z-]+)", StringComparison.Ordinal)
            .Replace("WORD", "[a-z-]+", StringComparison.Ordinal);
}
