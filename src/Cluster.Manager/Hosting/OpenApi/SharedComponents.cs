using System.Globalization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>
/// Moves parameters that several operations share, and all examples, to the components, so that the document stays short enough
/// to be read. Must be the last filter.
/// </summary>
internal sealed class SharedComponents : IDocumentFilter
{
    private const string ExampleName = "example";

    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var operations = swaggerDoc.Paths.Values.SelectMany(p => p.Operations ?? []).Select(o => o.Value).ToList();
        ShareParameters(swaggerDoc, operations);
        ShareExamples(swaggerDoc, operations);
    }

    private static void ShareParameters(OpenApiDocument document, List<OpenApiOperation> operations)
    {
        var groups = operations.SelectMany(o => o.Parameters ?? []).OfType<OpenApiParameter>()
            .GroupBy(Text, StringComparer.Ordinal)
            .Where(g => g.Count() > 1)
            .OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key, StringComparer.Ordinal);
        var components = new SortedDictionary<string, IOpenApiParameter>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var name = FreeName(components, group.First().Name!);
            components[name] = group.First();
            names[group.Key] = name;
        }

        document.Components!.Parameters = new Dictionary<string, IOpenApiParameter>(components);
        foreach (var operation in operations.Where(o => o.Parameters is not null))
        {
            operation.Parameters = [.. operation.Parameters!.Select(p => Reference(document, names, p))];
        }
    }

    private static IOpenApiParameter Reference(OpenApiDocument document, Dictionary<string, string> names, IOpenApiParameter parameter) =>
        parameter is OpenApiParameter own && names.TryGetValue(Text(own), out var name)
            ? new OpenApiParameterReference(name, document)
            : parameter;

    private static void ShareExamples(OpenApiDocument document, List<OpenApiOperation> operations)
    {
        var components = new SortedDictionary<string, IOpenApiExample>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            var contents = (operation.RequestBody?.Content?.Values ?? []).Select(c => (Content: c, Suffix: "Request"))
                .Concat(
                    (operation.Responses ?? [])
                        .SelectMany(r => r.Value.Content?.Values ?? [])
                        .Select(c => (Content: c, Suffix: "Response")));
            foreach (var (content, suffix) in contents)
            {
                if (content is not OpenApiMediaType { Example: { } example } own) continue;
                var text = example.ToJsonString();
                if (!names.TryGetValue(text, out var name))
                {
                    name = FreeName(components, operation.OperationId + suffix);
                    names[text] = name;
                    components[name] = new OpenApiExample { Value = example };
                }

                own.Example = null;
                own.Examples = new Dictionary<string, IOpenApiExample> { [ExampleName] = new OpenApiExampleReference(name, document) };
            }
        }

        document.Components!.Examples = new Dictionary<string, IOpenApiExample>(components);
    }

    private static string FreeName<T>(IDictionary<string, T> taken, string name) =>
        Enumerable.Range(1, int.MaxValue)
            .Select(i => i == 1 ? name : name + i.ToString(CultureInfo.InvariantCulture))
            .First(n => !taken.ContainsKey(n));

    private static string Text(OpenApiParameter parameter)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        parameter.SerializeAsV31(new OpenApiJsonWriter(text));
        return text.ToString();
    }
}
